import { userRecordFields } from '../../contract/user-record.js';
import type { FieldError } from '../../errors/app-error.js';
import { CommandError } from '../../server/process/environment.js';
import { readCsv, type CsvErrorCode, type CsvRecord } from './csv.js';
import type { FileFormat } from './file-format.js';
import { readLines, type Line } from './lines.js';

/** One record of a file, not yet validated. */
export interface RawRecord {
  /** The line on which it begins, from 1. */
  readonly line: number;
  /** Absent if it cannot be parsed. */
  readonly value?: unknown;
  readonly error?: FieldError;
  /** Offset of its end in the file, in bytes. */
  readonly endsAt: number;
}

const messages: Readonly<Record<CsvErrorCode | 'malformed_json', string>> = {
  stray_quote: 'has a quote in a field that is not quoted',
  text_after_quote: 'has text after a closing quote',
  unterminated_quote: 'has an unterminated quoted field',
  too_long: 'is longer than 1 MiB',
  bad_encoding: 'is not UTF-8',
  malformed_json: 'must be a JSON object',
};

const errorOf = (code: keyof typeof messages): FieldError => ({ path: '', code, message: messages[code] });

const wrongFieldCount = (got: number, expected: number): FieldError => ({
  path: '',
  code: 'wrong_field_count',
  message: `has the wrong number of fields (got ${String(got)}, expected ${String(expected)})`,
});

async function* ndjsonRecords(lines: AsyncIterable<Line>): AsyncGenerator<RawRecord> {
  for await (const { number: line, text, error, endsAt } of lines) {
    if (text === null) {
      yield { line, error: errorOf(error ?? 'bad_encoding'), endsAt };
    } else if (text.trim() !== '') {
      try {
        const value = JSON.parse(text) as unknown;
        const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
        yield isObject ? { line, value, endsAt } : { line, error: errorOf('malformed_json'), endsAt };
      } catch {
        yield { line, error: errorOf('malformed_json'), endsAt };
      }
    }
  }
}

const booleanOf = (cell: string): unknown => (cell === 'true' ? true : cell === 'false' ? false : cell);

/** Parsers of CSV fields. Text that cannot be parsed stays text, which the schema then rejects. */
const cellParsers: Readonly<Record<string, (cell: string) => unknown>> = {
  email_verified: booleanOf,
  email_claimed: booleanOf,
  roles: (cell) => cell.split(' ').filter((name) => name !== ''),
  metadata: (cell) => {
    try {
      return JSON.parse(cell) as unknown;
    } catch {
      return cell;
    }
  },
};

/** An empty field counts as missing. */
const cellValue = (name: string, cell: string): unknown => (cell === '' ? null : (cellParsers[name]?.(cell) ?? cell));

/** Other separators that spreadsheets write, with their names in messages. */
const otherSeparators: Readonly<Record<string, string>> = { ';': "';'", '\t': 'a tab', '|': "'|'" };

/** A hint for a header with a separator other than a comma. */
const separatorHint = (header: readonly string[]): string => {
  const [only = ''] = header.length === 1 ? header : [];
  const found = Object.entries(otherSeparators).find(
    ([separator]) => only.includes(separator) && only.split(separator).some((name) => userRecordFields.includes(name)),
  );
  return found === undefined ? '' : `; is the separator ${found[1]}? Separate the fields with commas`;
};

/**
 * The column names of a header.
 * @throws {CommandError} if it is missing or malformed, lacks `username`, or has an unknown or duplicate column
 */
const readHeader = ({ fields: header = [], error }: Partial<CsvRecord>, path: string): readonly string[] => {
  const fail = (message: string): CommandError =>
    new CommandError(`${path}: ${message}`, undefined, { code: 'invalid_header' });
  if (error !== undefined) throw fail(`header row ${messages[error]}`);
  if (header.every((name) => name === '')) throw fail('header row is missing');
  const unknown = header.find((name) => !userRecordFields.includes(name));
  if (unknown !== undefined) {
    const hint = separatorHint(header) || `; expected one of ${userRecordFields.join(', ')}`;
    throw fail(`unknown column ${JSON.stringify(unknown)}${hint}`);
  }
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw fail(`duplicate column "${twice}"`);
  if (!header.includes('username')) throw fail('header row has no "username" column');
  return header;
};

async function* csvRecords(lines: AsyncIterable<Line>, name: string): AsyncGenerator<RawRecord> {
  let header: readonly string[] | undefined;
  for await (const record of readCsv(lines)) {
    const { line, fields, error, endsAt } = record;
    if (header === undefined) {
      header = readHeader(record, name);
    } else if (fields === undefined) {
      yield { line, error: errorOf(error ?? 'stray_quote'), endsAt };
    } else if (fields.length !== header.length) {
      yield { line, error: wrongFieldCount(fields.length, header.length), endsAt };
    } else {
      const cells = header.map((name, index) => [name, cellValue(name, fields[index] ?? '')]);
      yield { line, value: Object.fromEntries(cells), endsAt };
    }
  }
  if (header === undefined) readHeader({}, name);
}

/**
 * Reads the records of a file one by one.
 * @param name name of the file in messages
 */
export const readRecords = (path: string, format: FileFormat, name: string): AsyncGenerator<RawRecord> =>
  format === 'csv' ? csvRecords(readLines(path), name) : ndjsonRecords(readLines(path));
