import type { ProcessEnvironment } from '../server/process/environment.js';
import { describeFailure, ListInterrupted } from './failure.js';
import { printable, table } from './terminal.js';

/** The output format of a list. */
export interface ListLayout<T> {
  /** Column titles, in upper case. */
  readonly titles: readonly string[];
  readonly cells: (row: T) => readonly string[];
  /** A row in JSON. */
  readonly toJson: (row: T) => unknown;
  /** Printed to standard error instead of an empty table. */
  readonly empty: string;
}

/** A page of a list, with the cursor of the next page; null at the end. */
export interface ListPart<T> {
  readonly rows: readonly T[];
  readonly nextCursor: string | null;
}

const writeJsonList = async <T>(
  environment: ProcessEnvironment,
  { toJson }: ListLayout<T>,
  parts: AsyncIterable<ListPart<T>>,
): Promise<void> => {
  let nextCursor: string | null = null;
  let isFirst = true;
  try {
    for await (const part of parts) {
      for (const row of part.rows) {
        environment.stdout.write(`${isFirst ? '{"data": [\n' : ',\n'}${JSON.stringify(toJson(row))}`);
        isFirst = false;
      }
      ({ nextCursor } = part);
      if (environment.stdout.writable === false) return;
    }
  } catch (error) {
    // Nothing has been written, so the error becomes the whole document.
    if (isFirst) throw error;
    environment.stdout.write(`\n], "error": ${JSON.stringify(describeFailure(error).document)}}\n`);
    throw new ListInterrupted('the list is incomplete', { cause: error });
  }
  environment.stdout.write(`${isFirst ? '{"data": [' : '\n'}], "next_cursor": ${JSON.stringify(nextCursor)}}\n`);
};

const writeTable = async <T>(
  environment: ProcessEnvironment,
  { titles, cells, empty }: ListLayout<T>,
  parts: AsyncIterable<ListPart<T>>,
): Promise<void> => {
  let nextCursor: string | null = null;
  let widths: readonly number[] | undefined;
  for await (const part of parts) {
    ({ nextCursor } = part);
    if (part.rows.length === 0) continue;
    const rows = part.rows.map((row) => cells(row).map(printable));
    const made = table(environment, widths === undefined ? titles : null, rows, widths);
    ({ widths } = made);
    environment.stdout.write(made.text);
    if (environment.stdout.writable === false) return;
  }
  if (widths === undefined) environment.stderr.write(`${empty}\n`);
  if (nextCursor !== null) environment.stderr.write(`more: --cursor ${nextCursor}\n`);
};

/**
 * Writes a list as it is read: a table with a header, or `{"data": […], "next_cursor": …}`. Ends early once standard
 * output is closed.
 * @throws {ListInterrupted} for an error after the first row of a JSON list; before that, the error itself
 */
export const writeList = <T>(
  environment: ProcessEnvironment,
  json: boolean,
  layout: ListLayout<T>,
  parts: AsyncIterable<ListPart<T>>,
): Promise<void> => (json ? writeJsonList(environment, layout, parts) : writeTable(environment, layout, parts));
