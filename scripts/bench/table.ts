import type { Row } from './benchmark.js';

const headings = ['Benchmark', 'Value', 'Ratio', 'Goal', 'Met'];

const cellsOf = ({ name, value, ratio, goal, isMet }: Row): string[] => [
  name,
  value,
  ratio === undefined ? '' : ratio.toFixed(2),
  goal ?? '',
  isMet === undefined ? '' : isMet ? 'yes' : 'no',
];

const widthsOf = (lines: readonly (readonly string[])[]): number[] =>
  headings.map((_, column) => Math.max(3, ...lines.map((line) => line[column]?.length ?? 0)));

const alignColumns = (rows: readonly Row[]): { lines: string[][]; widths: number[] } => {
  const lines = [headings, ...rows.map(cellsOf)];
  const widths = widthsOf(lines);
  return { lines: lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0))), widths };
};

/** Formats rows for a terminal. */
export const plainTable = (rows: readonly Row[]): string => {
  const { lines, widths } = alignColumns(rows);
  const [head = [], ...rest] = lines.map((line) => line.join('  ').trimEnd());
  return [head, widths.map((width) => '-'.repeat(width)).join('  '), ...rest].join('\n');
};

/** Formats rows as a Markdown table, padded as Prettier does. */
export const markdownTable = (rows: readonly Row[]): string => {
  const { lines, widths } = alignColumns(rows);
  const [head = '', ...rest] = lines.map((line) => `| ${line.join(' | ')} |`);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest].join('\n');
};
