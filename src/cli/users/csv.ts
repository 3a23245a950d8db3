import { maxLineBytes, type Line } from './lines.js';

/** Why a record is not valid CSV (RFC 4180, section 2). */
export type CsvFault = 'stray_quote' | 'text_after_quote' | 'unterminated_quote' | 'too_long' | 'bad_encoding';

/** One record: its fields, or what is wrong with it. */
export interface CsvRecord {
  /** The line on which it begins, counted from 1. */
  readonly line: number;
  readonly fields?: readonly string[];
  readonly fault?: CsvFault;
  /** Where it ends in the file, in bytes. */
  readonly endsAt: number;
}

/** A partial record: complete fields, and a quoted field that continues on the next line, if any. */
class Assembly {
  readonly fields: string[] = [];
  #open: string | undefined;
  #characters = 0;

  constructor(readonly line: number) {}

  /** Whether a quoted field waits for its end. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Takes one line, without its line break. */
  take(text: string, lineBreak: string): CsvFault | undefined {
    this.#characters += text.length;
    if (this.#characters > maxLineBytes) return 'too_long';
    let at = 0;
    do {
      if (this.#open === undefined && text[at] !== '"') {
        const end = text.indexOf(',', at);
        const field = text.slice(at, end === -1 ? undefined : end);
        if (field.includes('"')) return 'stray_quote';
        this.fields.push(field);
        at = end === -1 ? -1 : end + 1;
        continue;
      }
      const from = this.#open === undefined ? at + 1 : at;
      const after = this.#takeQuoted(text, from, lineBreak);
      if (after === -1) return undefined;
      if (after < text.length && text[after] !== ',') return 'text_after_quote';
      at = after < text.length ? after + 1 : -1;
    } while (at !== -1);
    return undefined;
  }

  /** Reads a quoted field or the rest of it; returns the position after its closing quote, or -1 if it continues. */
  #takeQuoted(text: string, from: number, lineBreak: string): number {
    let value = this.#open ?? '';
    let at = from;
    for (;;) {
      const quote = text.indexOf('"', at);
      if (quote === -1) {
        this.#open = value + text.slice(at) + lineBreak;
        return -1;
      }
      value += text.slice(at, quote);
      if (text[quote + 1] !== '"') {
        this.fields.push(value);
        this.#open = undefined;
        return quote + 1;
      }
      value += '"';
      at = quote + 2;
    }
  }
}

/**
 * Parses CSV strictly by RFC 4180: fields are separated by commas, and quoted with double quotes if they contain a comma, a
 * quote or a line break; a quote within them is doubled. Lines end with CRLF or LF. Empty lines are skipped. An invalid record
 * is reported, and parsing continues with the next line.
 */
export async function* readCsv(lines: AsyncIterable<Line>): AsyncGenerator<CsvRecord> {
  let assembly: Assembly | undefined;
  let lastEnd = 0;
  for await (const { number, text, fault, endsAt } of lines) {
    lastEnd = endsAt;
    const line: number = assembly?.line ?? number;
    if (text === null) {
      assembly = undefined;
      yield { line, fault: fault ?? 'bad_encoding', endsAt };
      continue;
    }
    const hasReturn = text.endsWith('\r');
    const bare = hasReturn ? text.slice(0, -1) : text;
    if (assembly === undefined && bare === '') continue;
    assembly ??= new Assembly(number);
    const broken = assembly.take(bare, hasReturn ? '\r\n' : '\n');
    if (broken === undefined && assembly.isOpen) continue;
    const { fields } = assembly;
    assembly = undefined;
    yield broken === undefined ? { line, fields, endsAt } : { line, fault: broken, endsAt };
  }
  if (assembly !== undefined) yield { line: assembly.line, fault: 'unterminated_quote', endsAt: lastEnd };
}

const quoted = (field: string): string => (/[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

/** One record as a line of CSV, with its line break. */
export const csvLine = (fields: readonly string[]): string => `${fields.map(quoted).join(',')}\r\n`;
