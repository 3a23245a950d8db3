import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Set by `npm run coverage`. */
const coverageFolder = process.env['ROLLCALL_COVERAGE'];

/**
 * Tests that mock modules, inspect or change their process, or start a PostgreSQL server. Each of these files has its own process. The
 * other files share processes, since loading the service takes longer than most of them run.
 */
const isolated = [
  'packages/*/tests/**/*.test.ts',
  'tests/features/**/*.test.ts',
  'tests/config/files/directory-watcher-error.test.ts',
  'tests/database/connector.test.ts',
  'tests/limits/memory-limiter.test.ts',
  'tests/server/doctor/database-tls.test.ts',
];

/** Runs the isolated files first: Vitest keeps a shared process only as long as the next file in the queue can use it. */
class IsolatedFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isShared = (file: TestSpecification): boolean => !file.project.config.isolate;
    return [...sorted.filter((file) => !isShared(file)), ...sorted.filter(isShared)];
  }
}

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
    projects: [
      { extends: true, test: { name: 'shared', include: ['tests/**/*.test.ts'], exclude: isolated, isolate: false } },
      { extends: true, test: { name: 'isolated', include: isolated } },
    ],
    sequence: { sequencer: IsolatedFirst },
    globalSetup: ['tests/support/global-setup.ts'],
    reporters: ['default', ['json', { outputFile: 'reports/unit.json' }]],
    // A test left focused must not pass for the whole suite, nor a flaky one for a sound one.
    allowOnly: false,
    retry: 0,
    restoreMocks: true,
    unstubEnvs: true,
    // Processes that tests start write their coverage; Vitest collects that of its workers.
    env: coverageFolder === undefined ? {} : { NODE_V8_COVERAGE: coverageFolder },
    // Tests often wait for processes and servers, so there are more workers than cores.
    maxWorkers: Math.min(2 * availableParallelism(), 16),
    // These limits only stop tests that hang. On a busy machine with two cores, processes and servers take many times as long as usual to start.
    testTimeout: 180_000,
    hookTimeout: 240_000,
  },
});
