import type { ProcessEnvironment } from '../server/process/environment.js';

/** Options of every command that prints data. */
export interface OutputOptions {
  /** A JSON document instead of text. */
  readonly json?: boolean;
}

/** The option `--json`, for commander. */
export const jsonOption = ['--json', 'print JSON: {"data": …}, or {"error": …} on failure'] as const;

/** Writes `{"data": …}`; `further` fields are added next to `data`. */
export const writeData = (
  environment: ProcessEnvironment,
  data: unknown,
  further: Readonly<Record<string, unknown>> = {},
): void => {
  environment.stdout.write(`${JSON.stringify({ data, ...further }, null, 2)}\n`);
};

/** Runs a command and keeps its exit code. */
export type Run = (work: () => Promise<number> | number) => Promise<void>;
