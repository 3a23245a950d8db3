import { Option, type Command } from 'commander';
import type { Page, PageRequest } from '../models/page.js';
import { CommandError } from '../server/process/environment.js';
import { checkValue, type SchemaOf } from '../contract/issues.js';
import type { ListPart } from './list.js';

/** Options of every command that prints a list in pages. */
export interface PageOptions {
  readonly limit?: string;
  readonly cursor?: string;
  readonly all?: boolean;
}

/** Page size when all pages are read. */
const pageOfAll = 100;

/** Adds `--limit`, `--cursor` and `--all`. */
export const addPageOptions = (command: Command): Command =>
  command
    .option('--limit <count>', 'rows to print, 1 to 100 (default: 20)')
    .option('--cursor <cursor>', 'continue after this row: next_cursor of the previous page')
    .addOption(new Option('--all', 'print every row').conflicts(['limit', 'cursor']));

/** Reads one page, or all pages with `--all`. */
export async function* partsOf<T>(
  { all = false }: PageOptions,
  request: PageRequest,
  read: (request: PageRequest) => Promise<Page<T>>,
): AsyncGenerator<ListPart<T>> {
  if (!all) {
    yield await read(request);
    return;
  }
  let cursor: string | undefined;
  do {
    const page: Page<T> = await read({ limit: pageOfAll, ...(cursor !== undefined && { cursor }) });
    yield { rows: page.rows, nextCursor: null };
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** `created_after` as `--created-after`. */
const optionOf = (path: string): string => `--${path.slice(1).replaceAll('_', '-')}`;

/**
 * Validates options by the schema that the API uses for the same query.
 * @param values keyed by the names in the schema; undefined values are ignored
 * @throws {CommandError} that lists all invalid options
 */
export const parseOptions = <T>(schema: SchemaOf<T>, values: Readonly<Record<string, unknown>>): T => {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const result = checkValue(schema, given, 'query');
  if (result.success) return result.data;
  const messages = result.errors.map(({ path, message }) => `${optionOf(path)} ${message}`);
  throw new CommandError(messages.join('; '), undefined, { code: 'usage' });
};
