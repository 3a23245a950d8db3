import { CsvError, parse } from 'csv-parse/sync';
import { csvText } from '../../contract/csv.js';
import { maxLineBytes, type Line } from './lines.js';

/** Why a record is not valid CSV (RFC 4180, section 2). */
export type CsvErrorCode = 'stray_quote' | 'text_after_quote' | 'unterminated_quote' | 'too_long' | 'bad_encoding';

/** One record: its fields, or why it cannot be read. */
export interface CsvRecord {
  /** The line on which it begins, from 1. */
  readonly line: number;
  readonly fields?: readonly string[];
  readonly error?: CsvErrorCode;
  /** Offset of its end in the file, in bytes. */
  readonly endsAt: number;
}

const errorCodes: Readonly<Record<string, CsvErrorCode>> = {
  INVALID_OPENING_QUOTE: 'stray_quote',
  CSV_INVALID_CLOSING_QUOTE: 'text_after_quote',
  CSV_QUOTE_NOT_CLOSED: 'unterminated_quote',
};

/** Parses the text of one record. */
const parseRecord = (text: string): Pick<CsvRecord, 'fields' | 'error'> => {
  try {
    const [fields = []] = parse(text, { record_delimiter: ['\r\n', '\n'] });
    return { fields: fields.map(csvText) };
  } catch (error) {
    const code = error instanceof CsvError ? errorCodes[error.code] : undefined;
    if (code === undefined) throw error;
    return { error: code };
  }
};

const hasEvenQuotes = (text: string): boolean => text.split('"').length % 2 === 1;

/**
 * Parses CSV strictly by RFC 4180: fields are separated by commas. A field that contains a comma, a quote or a line
 * break is enclosed in double quotes, and a quote within it is doubled. Lines end with CRLF or LF. Empty lines are
 * skipped. An invalid record is reported, and parsing continues after it. The apostrophe before a text that a spreadsheet
 * would run as a formula is removed.
 */
export async function* readCsv(lines: AsyncIterable<Line>): AsyncGenerator<CsvRecord> {
  /** The lines of a record whose last field continues on the next line. */
  let open: { line: number; text: string; hasEvenQuotes: boolean } | undefined;
  let lastEnd = 0;
  for await (const { number, text, error, endsAt } of lines) {
    lastEnd = endsAt;
    const line: number = open?.line ?? number;
    if (text === null || (open?.text.length ?? 0) + text.length > maxLineBytes) {
      open = undefined;
      yield { line, error: error ?? 'too_long', endsAt };
      continue;
    }
    if (open === undefined && (text === '' || text === '\r')) continue;
    const isFirst = open === undefined;
    open = {
      line,
      text: `${open?.text ?? ''}${text}\n`,
      hasEvenQuotes: hasEvenQuotes(text) === (open?.hasEvenQuotes ?? true),
    };
    // A quoted field can end only where the number of quotes is even. Parsing after each line would take quadratic time.
    if (!isFirst && !open.hasEvenQuotes) continue;
    const record = parseRecord(open.text);
    if (record.error === 'unterminated_quote') continue;
    open = undefined;
    yield { line, ...record, endsAt };
  }
  if (open !== undefined) yield { line: open.line, error: 'unterminated_quote', endsAt: lastEnd };
}
