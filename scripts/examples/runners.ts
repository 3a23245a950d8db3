/** How the tests of an example are run, and how their results are read. */
export interface Runner {
  /** Whether the kit prepares a run for each test file; its report is that of one file. */
  readonly isPreparedPerFile: boolean;
  readonly modes: readonly Mode[];
  /** Arguments for `npm test --` that write the results into a file. */
  reportArguments(file: string): readonly string[];
  /** `name: status` of all tests, sorted. */
  readResults(text: string): string[];
}

/** A way to run all tests. */
export interface Mode {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const fresh = { SCENARIO_SCHEMA_FRESH: '1' };

interface CucumberFeature {
  readonly uri: string;
  readonly elements: readonly {
    readonly name: string;
    readonly line: number;
    readonly steps: readonly { readonly result: { readonly status: string } }[];
  }[];
}

/** Cucumber 12 runs workers as processes, 13 as threads. */
export const cucumber: Runner = {
  isPreparedPerFile: false,
  modes: [
    { name: 'lease', args: [], env: {} },
    { name: 'lease, 2 workers', args: ['--parallel', '2'], env: {} },
    { name: 'fresh', args: [], env: fresh },
  ],
  reportArguments: (file) => ['--format', `json:${file}`],
  readResults: (text) =>
    (JSON.parse(text) as CucumberFeature[])
      .flatMap(({ uri, elements }) =>
        elements.map(({ name, line, steps }) => {
          const statuses = [...new Set(steps.map(({ result }) => result.status))].sort().join(', ');
          return `${uri}:${String(line)} ${name}: ${statuses}`;
        }),
      )
      .sort(),
};

interface VitestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Vitest runs the files at once: as processes, and as threads. */
export const vitest: Runner = {
  isPreparedPerFile: true,
  modes: [
    { name: 'lease, 2 processes', args: ['--pool=forks', '--maxWorkers=2'], env: {} },
    { name: 'fresh, 2 threads', args: ['--pool=threads', '--maxWorkers=2'], env: fresh },
  ],
  reportArguments: (file) => ['--reporter=json', `--outputFile=${file}`],
  readResults: (text) =>
    (JSON.parse(text) as VitestReport).testResults
      .flatMap(({ assertionResults }) => assertionResults.map(({ fullName, status }) => `${fullName}: ${status}`))
      .sort(),
};

/** node:test runs each file in a process. */
export const nodeTest: Runner = {
  isPreparedPerFile: true,
  modes: [
    { name: 'lease, 2 processes', args: ['--test-concurrency=2'], env: {} },
    { name: 'fresh, 2 processes', args: ['--test-concurrency=2'], env: fresh },
  ],
  reportArguments: (file) => ['--test-reporter=tap', `--test-reporter-destination=${file}`],
  readResults: (text) =>
    [...text.matchAll(/^ *(not ok|ok) \d+ - (.*)$/gmu)]
      .map(([, status = '', name = '']) => `${name}: ${status === 'ok' ? 'passed' : 'failed'}`)
      .sort(),
};

/** The runner of a project, by its dependencies. */
export const runnerOf = (manifest: { readonly devDependencies?: Readonly<Record<string, string>> }): Runner => {
  const installed = manifest.devDependencies ?? {};
  if ('@cucumber/cucumber' in installed) return cucumber;
  return 'vitest' in installed ? vitest : nodeTest;
};
