import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Puts new figures between the marks of a page; what people wrote around them stays.
 * @param name whose figures: a page may hold several tables
 * @throws {Error} when the page lacks the marks
 */
export const replaceFigures = (page: string, figures: string, name = 'bench'): string => {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page needs a line ${begin} and, below it, a line ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${figures}\n\n${page.slice(to)}`;
};

/** The same for a file. */
export const writeFigures = (file: string, figures: string, name?: string): void =>
  writeFileSync(file, replaceFigures(readFileSync(file, 'utf8'), figures, name));
