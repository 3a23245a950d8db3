import type { Stage } from './stage.js';

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly value: string;
  readonly ratio?: number;
  readonly goal?: string;
  /** Whether the goal is met; absent where there is none. */
  readonly isMet?: boolean;
}

/** Something that can be measured by name. */
export interface Measure {
  readonly name: string;
  /** One sentence for `--help`. */
  readonly summary: string;
  run(stage: Stage): Promise<Row[]>;
}

const rounded = (value: number, digits: number): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A rate as a person reads it: `4,512/s`, `13.1/s`. */
export const rate = (perSecond: number): string => `${rounded(perSecond, perSecond < 100 ? 1 : 0)}/s`;

/** A time as a person reads it: `0.8 ms`, `312 ms`. */
export const milliseconds = (ms: number): string => `${rounded(ms, ms < 100 ? 1 : 0)} ms`;
