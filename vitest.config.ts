import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Set by `npm run coverage`. */
const coverageFolder = process.env['ROLLCALL_COVERAGE'];

/** Unit and property tests; `reports/unit.json` is what CI counts. */
export default defineConfig({
  resolve: {
    alias: {
      'embedded-postgres-server': fileURLToPath(
        new URL('packages/embedded-postgres-server/src/index.ts', import.meta.url),
      ),
      'scenario-schema': fileURLToPath(new URL('packages/scenario-schema/src/index.ts', import.meta.url)),
    },
  },
  test: {
    include: ['tests/**/*.test.ts', 'packages/*/tests/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    reporters: ['default', ['json', { outputFile: 'reports/unit.json' }]],
    // A test left focused must not pass for the whole suite, nor a flaky one for a sound one.
    allowOnly: false,
    retry: 0,
    restoreMocks: true,
    unstubEnvs: true,
    // Processes that tests start write their coverage; Vitest collects that of its workers.
    env: coverageFolder === undefined ? {} : { NODE_V8_COVERAGE: coverageFolder },
    // Tests mostly wait for processes and servers: by default, two cores would get a single worker.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Servers, databases and bcrypt are slow on a busy machine with two cores.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
