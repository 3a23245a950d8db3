/** The part of an Istanbul report that is used here: statements with their lines and counts, by absolute path. */
export type IstanbulReport = Readonly<
  Record<
    string,
    {
      readonly statementMap: Readonly<Record<string, { readonly start: { readonly line: number } }>>;
      readonly s: Readonly<Record<string, number>>;
    }
  >
>;

/** The coverage of one file. */
export interface FileCoverage {
  /** Path from the project root. */
  readonly path: string;
  /** The number of lines with a statement. */
  readonly lines: number;
  /** The lines that no test has run. */
  readonly missed: readonly number[];
}

const countsByLine = ({ statementMap, s }: IstanbulReport[string]): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const [id, { start }] of Object.entries(statementMap)) {
    counts.set(start.line, Math.max(counts.get(start.line) ?? 0, s[id] ?? 0));
  }
  return counts;
};

/**
 * Combines two reports by line.
 * @param base says which lines have statements
 * @param other may count all lines; a line that it has run is covered
 */
export const combine = (base: IstanbulReport, other: IstanbulReport, root: string): FileCoverage[] =>
  Object.entries(base)
    .map(([file, coverage]) => {
      const otherCounts = other[file] === undefined ? new Map<number, number>() : countsByLine(other[file]);
      const counts = [...countsByLine(coverage)];
      const missed = counts.filter(([line, count]) => count === 0 && (otherCounts.get(line) ?? 0) === 0);
      return { path: file.slice(root.length + 1), lines: counts.length, missed: missed.map(([line]) => line) };
    })
    .sort((one, two) => one.path.localeCompare(two.path));

const percent = (lines: number, missed: number): number => (lines === 0 ? 100 : ((lines - missed) / lines) * 100);

const row = (name: string, files: readonly FileCoverage[]): string => {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const missed = files.reduce((sum, file) => sum + file.missed.length, 0);
  const cells = [String(lines).padStart(7), String(missed).padStart(7), percent(lines, missed).toFixed(1).padStart(7)];
  return `${name.padEnd(28)}${cells.join('')}`;
};

const folderOf = (path: string): string => path.split('/').slice(0, -1).slice(0, 2).join('/');

/** How many of the files with the most missed lines are listed. */
const listed = 15;

/** The table of a run: folders, the files with the most missed lines, and the total. */
export const coverageTable = (files: readonly FileCoverage[]): string => {
  const folders = [...new Set(files.map(({ path }) => folderOf(path)))].sort();
  const worst = files
    .filter(({ missed }) => missed.length > 0)
    .sort((one, two) => two.missed.length - one.missed.length)
    .slice(0, listed);
  return [
    `${'folder'.padEnd(28)}  lines missed      %`,
    ...folders.map((folder) => row(folder, files.filter(({ path }) => folderOf(path) === folder))),
    row('all', files),
    ...worst.map(({ path, missed }) => `${path}: ${String(missed.length)} missed, first in line ${String(missed[0])}`),
  ].join('\n');
};

/** The covered share of all lines, in percent. */
export const coveredPercent = (files: readonly FileCoverage[]): number =>
  percent(
    files.reduce((sum, file) => sum + file.lines, 0),
    files.reduce((sum, file) => sum + file.missed.length, 0),
  );
