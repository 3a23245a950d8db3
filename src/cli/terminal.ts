import { styleText } from 'node:util';
import type { ProcessEnvironment } from '../server/process/environment.js';
import { hasColours } from './colours.js';

/** The meaning of a text, which determines its colour. */
export type Tone = 'bad' | 'good' | 'strong' | 'weak' | 'warning';

const formats = { bad: 'red', good: 'green', strong: 'bold', weak: 'dim', warning: 'yellow' } as const;

/** Colours text on a terminal that supports colours; otherwise returns it unchanged. */
export type Paint = (tone: Tone, text: string) => string;

/** Returns the function that colours text for a stream. */
export const paintOf = ({ env }: ProcessEnvironment, stream: { readonly isTTY?: boolean }): Paint => {
  if (!hasColours(env, stream)) return (_tone, text) => text;
  return (tone, text) => styleText(formats[tone], text, { validateStream: false });
};

/** Control characters, line breaks, and characters that change the direction of text. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** A text of a user or client in one line, which cannot control the terminal: unprintable characters as JSON escapes. */
export const printable = (text: string): string =>
  text.replaceAll(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The value of a setting on one line. */
export const shownValue = (value: unknown): string => {
  if (value === undefined || value === null) return 'null';
  return printable(typeof value === 'string' && /^\S(?:.*\S)?$/.test(value) ? value : JSON.stringify(value));
};

/** Formats rows as lines with aligned columns. */
export const columns = (rows: readonly (readonly string[])[], indent = '  '): string => {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, at) => Math.max(known[at] ?? 0, cell.length)),
    [],
  );
  const line = (row: readonly string[]): string => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ');
  return rows.map((row) => `${indent}${line(row).trimEnd()}\n`).join('');
};

/** A formatted table. */
export interface Table {
  readonly text: string;
  /** Widths of the columns, for further rows. */
  readonly widths: readonly number[];
}

/**
 * Formats rows as a table, with bold titles on a terminal.
 * @param titles null for rows that continue a table
 * @param known widths of the table that is continued
 */
export const table = (
  environment: ProcessEnvironment,
  titles: readonly string[] | null,
  rows: readonly (readonly string[])[],
  known: readonly number[] = [],
): Table => {
  const all = titles === null ? rows : [titles, ...rows];
  const widths = (all[0] ?? []).map((_cell, at) =>
    all.reduce((widest, row) => Math.max(widest, row[at]?.length ?? 0), known[at] ?? 0),
  );
  const lines = all.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  const shown = titles === null ? lines : [paintOf(environment, environment.stdout)('strong', head), ...body];
  return { text: shown.map((line) => `${line}\n`).join(''), widths };
};
