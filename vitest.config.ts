import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Unit and property tests; `reports/unit.json` is what CI counts. */
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    reporters: ['default', ['json', { outputFile: 'reports/unit.json' }]],
    // A test left focused must not pass for the whole suite, nor a flaky one for a sound one.
    allowOnly: false,
    retry: 0,
    restoreMocks: true,
    unstubEnvs: true,
    // Tests mostly wait for processes and servers: by default, two cores would get a single worker.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Servers, clusters and bcrypt on a busy two-core machine: slow is not broken.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
