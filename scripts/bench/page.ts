import { readFileSync, writeFileSync } from 'node:fs';

const begin = '<!-- bench:begin -->';
const end = '<!-- bench:end -->';

/**
 * Puts new figures between the marks of a page; what people wrote around them stays.
 * @throws {Error} when the page lacks the marks
 */
export const replaceFigures = (page: string, figures: string): string => {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page needs a line ${begin} and, below it, a line ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${figures}\n\n${page.slice(to)}`;
};

/** The same for a file. */
export const writeFigures = (file: string, figures: string): void =>
  writeFileSync(file, replaceFigures(readFileSync(file, 'utf8'), figures));
