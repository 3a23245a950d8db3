import { userRecordFields } from '../../contract/user-record.js';
import type { FieldError } from '../../errors/app-error.js';
import { StartError } from '../../server/host.js';
import { readCsv, type CsvFault } from './csv.js';
import { readLines, type Line } from './lines.js';

/** How a file of accounts is written. */
export type FileFormat = 'ndjson' | 'csv';

/** One record of a file as it stands there, not yet judged. */
export interface RawRecord {
  /** The line on which it begins, counted from 1. */
  readonly line: number;
  /** Absent when it cannot be read at all. */
  readonly value?: unknown;
  readonly fault?: FieldError;
  /** Where it ends in the file, in bytes. */
  readonly endsAt: number;
}

const messages: Readonly<Record<CsvFault | 'malformed_json' | 'wrong_field_count', string>> = {
  stray_quote: 'has a quote within a field that is not quoted',
  text_after_quote: 'has text after the closing quote of a field',
  unterminated_quote: 'has a quoted field without an end',
  too_long: 'is longer than 1 MiB',
  bad_encoding: 'is not UTF-8',
  malformed_json: 'is not a JSON object',
  wrong_field_count: 'has another number of fields than the header',
};

const faultOf = (code: keyof typeof messages): FieldError => ({ path: '', code, message: messages[code] });

/**
 * The format that the name of a file tells.
 * @throws {StartError} when it tells none
 */
export const formatOf = (path: string, given: string | undefined): FileFormat => {
  if (given === 'csv' || given === 'ndjson') return given;
  if (given !== undefined) throw new StartError(`the format is ndjson or csv, not ${given}`);
  if (/\.csv$/i.test(path)) return 'csv';
  if (/\.(?:ndjson|jsonl)$/i.test(path)) return 'ndjson';
  throw new StartError(`${path}: the name ends neither in .ndjson nor in .csv; say --format`);
};

async function* ndjsonRecords(lines: AsyncIterable<Line>): AsyncGenerator<RawRecord> {
  for await (const { number: line, text, fault, endsAt } of lines) {
    if (text === null) {
      yield { line, fault: faultOf(fault ?? 'bad_encoding'), endsAt };
    } else if (text.trim() !== '') {
      try {
        yield { line, value: JSON.parse(text) as unknown, endsAt };
      } catch {
        yield { line, fault: faultOf('malformed_json'), endsAt };
      }
    }
  }
}

/** What a CSV field stands for; what does not fit is left as text, for the schema to judge. */
const cellReaders: Readonly<Record<string, (cell: string) => unknown>> = {
  email_verified: (cell) => (cell === 'true' ? true : cell === 'false' ? false : cell),
  roles: (cell) => cell.split(' ').filter((name) => name !== ''),
  metadata: (cell) => {
    try {
      return JSON.parse(cell) as unknown;
    } catch {
      return cell;
    }
  },
};

/** An empty field is one that is not given. */
const cellValue = (name: string, cell: string): unknown => (cell === '' ? null : (cellReaders[name]?.(cell) ?? cell));

/** @throws {StartError} for a header that names no username, an unknown column, or a column twice */
const checkHeader = (header: readonly string[], path: string): void => {
  const unknown = header.find((name) => !userRecordFields.includes(name));
  if (unknown !== undefined) {
    throw new StartError(
      `${path}: there is no column ${JSON.stringify(unknown)}; known are ${userRecordFields.join(', ')}`,
    );
  }
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw new StartError(`${path}: the column ${twice} stands there twice`);
  if (!header.includes('username')) throw new StartError(`${path}: the first line names no column username`);
};

async function* csvRecords(lines: AsyncIterable<Line>, path: string): AsyncGenerator<RawRecord> {
  let header: readonly string[] | undefined;
  for await (const { line, fields, fault, endsAt } of readCsv(lines)) {
    if (header === undefined) {
      checkHeader(fields ?? [], path);
      header = fields ?? [];
    } else if (fields === undefined) {
      yield { line, fault: faultOf(fault ?? 'stray_quote'), endsAt };
    } else if (fields.length !== header.length) {
      yield { line, fault: faultOf('wrong_field_count'), endsAt };
    } else {
      const cells = header.map((name, index) => [name, cellValue(name, fields[index] ?? '')]);
      yield { line, value: Object.fromEntries(cells), endsAt };
    }
  }
  if (header === undefined) checkHeader([], path);
}

/** The records of a file, one after the other. */
export const readRecords = (path: string, format: FileFormat): AsyncGenerator<RawRecord> =>
  format === 'csv' ? csvRecords(readLines(path), path) : ndjsonRecords(readLines(path));
