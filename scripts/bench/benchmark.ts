import type { BenchEnvironment } from './environment.js';

/** A row of the result table. */
export interface Row {
  readonly name: string;
  readonly value: string;
  readonly ratio?: number;
  readonly goal?: string;
  /** Whether the goal is met; undefined without a goal. */
  readonly isMet?: boolean;
}

/** A benchmark that `npm run bench` can run by name. */
export interface Benchmark {
  readonly name: string;
  /** For `--help`. */
  readonly summary: string;
  run(environment: BenchEnvironment): Promise<Row[]>;
}

const formatNumber = (value: number, digits: number): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Formats a rate: `4,512/s`, `13.1/s`. */
export const formatRate = (perSecond: number): string => `${formatNumber(perSecond, perSecond < 100 ? 1 : 0)}/s`;

/** Formats a duration: `0.8 ms`, `312 ms`. */
export const formatMs = (ms: number): string => `${formatNumber(ms, ms < 100 ? 1 : 0)} ms`;
