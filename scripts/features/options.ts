import { parseArgs } from 'node:util';

/** Options of a run. */
export interface RunOptions {
  /** Feature files or folders, each with or without `:line`. */
  readonly paths: readonly string[];
  readonly tags: string;
  readonly order: 'defined' | `random:${string}`;
  /** Number of worker processes; determined by the number of scenarios if undefined. */
  readonly workers: number | undefined;
  readonly fresh: boolean;
  readonly keepFailed: boolean;
  readonly watch: boolean;
  readonly markDatabase: boolean;
  /** Directory of the reports, relative to the project. */
  readonly reports: string;
  readonly help: boolean;
}

/** A run that cannot start; exit code 2. The message is one sentence for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The text of `--help`. */
export const usage = `npm run features -- [options] [path[:line]…]

  --tags "@remote and not @ops"  only scenarios with these tags
  --parallel N                   N processes; 0 and 1 are serial; by default the number of scenarios decides
  --order random[:SEED]          in random order; the seed is printed
  --fresh                        a new schema for each scenario instead of an emptied one
  --keep-failed                  keeps the schemas of failed scenarios and says how to connect
  --watch                        reruns the features affected by a saved file
  --reports DIR                  where reports are written, by default reports/
  --mark-database                allows the features to use the database of DATABASE_URL

  DATABASE_URL=…                 uses that server instead of a temporary one; the database must be marked
  BASE_URL=…                     runs the @remote scenarios against a deployed service`;

const workersOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d{1,2}$/.test(text)) {
    throw new UsageError(`--parallel takes a number of processes from 0 to 99, not "${text}".`);
  }
  return Number(text);
};

const orderOf = (text: string): RunOptions['order'] => {
  if (text === 'defined') return text;
  if (text === 'random') return `random:${String(Math.floor(Math.random() * 1_000_000))}`;
  if (/^random:\w+$/.test(text)) return text as `random:${string}`;
  throw new UsageError(`--order is defined, random, or random:SEED, not "${text}".`);
};

/**
 * Parses the command line.
 * @throws {UsageError}
 */
export const readOptions = (args: readonly string[]): RunOptions => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        tags: { type: 'string', default: '' },
        order: { type: 'string', default: 'defined' },
        parallel: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        'keep-failed': { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        'mark-database': { type: 'boolean', default: false },
        reports: { type: 'string', default: 'reports' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return {
      paths: positionals,
      tags: values.tags,
      order: orderOf(values.order),
      workers: workersOf(values.parallel),
      fresh: values.fresh,
      keepFailed: values['keep-failed'],
      watch: values.watch,
      markDatabase: values['mark-database'],
      reports: values.reports,
      help: values.help,
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `${error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error)}; --help shows the options.`,
    );
  }
};

/** Whether the run covers the whole suite, so that its coverage is recorded. */
export const isWhole = ({ paths, tags }: RunOptions): boolean => paths.length === 0 && tags === '';
