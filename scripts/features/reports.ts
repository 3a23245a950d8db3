import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessReport } from '../../features/support/run/worker-run.js';
import type { ScenarioCoverage } from '../../features/support/run/coverage.js';
import { mergeExamples } from '../../features/support/run/example-recorder.js';
import type { Counts } from './results.js';
import type { RunFacts } from './run-facts.js';

/** Content of reports/summary.json. */
export interface Summary extends Counts, Pick<RunFacts, 'seed' | 'mode' | 'workers' | 'isolation'> {}

/** The file in the directory of the reports with the messages of Cucumber. */
export const messageFile = 'messages.ndjson';

/** Content of reports/coverage.json: what each scenario of the last full run covered. */
export interface CoverageFile {
  readonly scenarios: readonly ScenarioCoverage[];
}

/** Removes the reports of the previous run. */
export const removeOldReports = (directory: string): void => {
  for (const name of ['summary.json', 'features.html', 'junit.xml', messageFile]) {
    rmSync(join(directory, name), { force: true });
  }
};

/**
 * Returns a quantile of the values; 0 for an empty array.
 * @param share 0 to 1
 */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

const rounded = (ms: number): number => Math.round(ms * 100) / 100;

/** Median and 95th percentile, in milliseconds; null if nothing was measured. */
export const isolationOf = (reports: readonly ProcessReport[]): Summary['isolation'] => {
  const values = reports.flatMap(({ isolationMs }) => isolationMs);
  if (values.length === 0) return null;
  return { medianMs: rounded(quantile(values, 0.5)), p95Ms: rounded(quantile(values, 0.95)) };
};

/** Reads the reports that the worker processes have written. */
export const readProcessReports = (workDirectory: string): ProcessReport[] =>
  existsSync(workDirectory)
    ? readdirSync(workDirectory)
        .filter((name) => /^report-\w+\.json$/.test(name))
        .map((name) => JSON.parse(readFileSync(join(workDirectory, name), 'utf8')) as ProcessReport)
    : [];

const write = (directory: string, name: string, content: unknown): void => {
  writeFileSync(join(directory, name), `${JSON.stringify(content, null, 2)}\n`);
};

/** Writes reports/summary.json. */
export const writeSummary = (directory: string, summary: Summary): void => {
  write(directory, 'summary.json', summary);
};

/** Writes reports/coverage.json, sorted by scenario name, since the order of execution varies. */
export const writeCoverage = (directory: string, reports: readonly ProcessReport[]): void => {
  const nameOf = ({ uri, name }: ScenarioCoverage): string => `${uri} ${name}`;
  const scenarios = reports
    .flatMap(({ scenarios }) => scenarios)
    .sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
  write(directory, 'coverage.json', { scenarios } satisfies CoverageFile);
};

/** Writes reports/examples.json, from which the examples of the API document are selected. */
export const writeExamples = (directory: string, reports: readonly ProcessReport[]): void => {
  write(directory, 'examples.json', mergeExamples(reports.map(({ examples }) => examples)));
};
