import { CommandError } from '../../server/process/environment.js';

/** Formats of import and export files. */
export type FileFormat = 'ndjson' | 'csv';

/** The formats, for `--format`. */
export const fileFormats: readonly FileFormat[] = ['ndjson', 'csv'];

/**
 * The format of a file: the given one, or by the extension of its name.
 * @throws {CommandError} for a name without one of the extensions
 */
export const formatOf = (path: string, given: string | undefined): FileFormat => {
  if (given === 'csv' || given === 'ndjson') return given;
  if (/\.csv$/i.test(path)) return 'csv';
  if (/\.(?:ndjson|jsonl)$/i.test(path)) return 'ndjson';
  const name = path === '-' ? 'standard input or output has no file name' : `${path}: cannot infer the format`;
  throw new CommandError(`${name}; use --format ndjson or --format csv`, undefined, { code: 'usage' });
};
