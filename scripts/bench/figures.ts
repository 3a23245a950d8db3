import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Replaces the text between the markers of a Markdown page.
 * @param name name of the markers; a page can contain several tables
 * @throws {Error} if a marker is missing
 */
export const replaceFigures = (page: string, figures: string, name = 'bench'): string => {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page must contain the line ${begin} and, after it, the line ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${figures}\n\n${page.slice(to)}`;
};

/** Replaces the text between the markers of a file. */
export const writeFigures = (file: string, figures: string, name?: string): void =>
  writeFileSync(file, replaceFigures(readFileSync(file, 'utf8'), figures, name));
