import { writeFileSync } from 'node:fs';
import type { Capture } from './blueprint.js';
import type { Leak } from './errors.js';

/** The measurements of one process so far. */
export interface Measured {
  readonly leaseMs: number[];
  readonly returnMs: number[];
  readonly leaks: (Leak & { readonly title: string | null })[];
}

/** The measurements of one process. */
export interface WorkerReport extends Measured {
  readonly setups: number;
}

interface Quantiles {
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
}

/** The report of a run. */
export interface Report {
  readonly leaseMs: Quantiles;
  readonly returnMs: Quantiles;
  readonly scenarios: number;
  /** How often the migrations ran to prepare the run. */
  readonly setups: number;
  readonly capture: Capture;
  readonly mode: 'lease' | 'fresh';
  readonly leaks: WorkerReport['leaks'];
}

/** A quantile of the numbers; 0 if there are none. */
export const quantile = (numbers: readonly number[], share: number): number => {
  const sorted = [...numbers].sort((one, other) => one - other);
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(3));
};

const quantiles = (numbers: readonly number[]): Quantiles => ({
  median: quantile(numbers, 0.5),
  p95: quantile(numbers, 0.95),
  p99: quantile(numbers, 0.99),
});

/** Combines the measurements of the processes of a run. */
export const mergeReports = (workers: readonly WorkerReport[], facts: Pick<Report, 'capture' | 'mode'>): Report => ({
  leaseMs: quantiles(workers.flatMap(({ leaseMs }) => leaseMs)),
  returnMs: quantiles(workers.flatMap(({ returnMs }) => returnMs)),
  scenarios: workers.reduce((sum, { leaseMs }) => sum + leaseMs.length, 0),
  setups: workers.reduce((sum, { setups }) => sum + setups, 0),
  ...facts,
  leaks: workers.flatMap(({ leaks }) => leaks),
});

/** Writes the report of a run as JSON. */
export const writeReport = (file: string, report: Report): void => {
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
};
