import { parseArgs } from 'node:util';

/** Options of a run. */
export interface RunOptions {
  /** Feature files or folders, each with or without `:line`; with `listSteps`, words to search for. */
  readonly paths: readonly string[];
  readonly tags: string;
  /** Regular expressions, one of which the name of a scenario must match. */
  readonly names: readonly string[];
  readonly order: 'defined' | `random:${string}`;
  /** Number of worker processes; if undefined, it depends on the number of scenarios. */
  readonly workers: number | undefined;
  readonly fresh: boolean;
  readonly keepFailed: boolean;
  /** Whether to run only the scenarios that failed in the last run. */
  readonly failed: boolean;
  /** Whether to skip the remaining scenarios after the first failure. */
  readonly failFast: boolean;
  readonly watch: boolean;
  readonly listSteps: boolean;
  readonly markDatabase: boolean;
  /** Directory of the reports, relative to the project. */
  readonly reports: string;
  readonly help: boolean;
}

/** An error that prevents a run from starting (exit code 2). The message is for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The text of `--help`. */
export const usage = `npm run features -- [options] [path[:line]…]

  path:line                      a feature, a folder, or the scenario that contains the line
  --tags "@remote and not @ops"  only scenarios with these tags
  --name "cannot refresh"        only scenarios whose name matches this regular expression; may be repeated
  --failed                       only the scenarios that failed in the last run
  --fail-fast                    skips the remaining scenarios after the first failure
  --parallel 2                   number of processes (0 or 1: serial); the default depends on the number of scenarios
  --order random[:SEED]          in random order (the first line of the output shows the seed); default: defined
  --fresh                        a new schema for each scenario instead of an emptied one
  --keep-failed                  keeps the schemas of failed scenarios and says how to connect
  --watch                        reruns the features affected by a saved file
  --list-steps [word…]           lists the steps that contain all words, in their text or as values of their
                                 parameters; runs nothing
  --reports DIR                  where reports are written, by default reports/
  --mark-database                allows the features to use the database of DATABASE_URL

  DATABASE_URL=…                 uses that server instead of a temporary one; the database must be marked
  BASE_URL=…                     runs the @remote scenarios against a deployed service

Examples
  npm run features -- features/auth/refresh.feature:12
  npm run features -- --tags "@remote and not @fresh-schema" --parallel 2
  npm run features -- --order random:4711 --fresh
  npm run features -- --failed --keep-failed
  npm run features -- --watch features/auth
  npm run features -- --list-steps session ended
  npm run features -- --name "cannot (refresh|log in)" --fail-fast

Exit codes
  0    all scenarios passed
  1    a scenario failed, or is undefined, pending or skipped; or the process that ran the scenarios
       ended early; or an error or a leak was detected after its scenario had ended
  2    nothing was run: the options are wrong or select nothing, a file cannot be loaded, the database or service
       cannot be reached, or another run is using the directory of the reports; earlier reports stay
  130  interrupted with Ctrl-C (0 with --watch); the reports show what was done,
       or stay as they were if no scenario had started`;

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

const requireRegExps = (names: readonly string[]): void => {
  for (const name of names) {
    try {
      new RegExp(name);
    } catch {
      throw new UsageError(`--name takes a regular expression, and "${name}" is not valid.`);
    }
  }
};

/**
 * Parses the command line.
 * @throws {UsageError}
 */
export const readOptions = (args: readonly string[]): RunOptions => {
  // Otherwise parseArgs would interpret a negative number as an option.
  const negative = args[args.indexOf('--parallel') + 1];
  if (args.includes('--parallel') && negative !== undefined && /^-\d/.test(negative)) workersOf(negative);
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        tags: { type: 'string', default: '' },
        name: { type: 'string', multiple: true, default: [] },
        order: { type: 'string', default: 'defined' },
        parallel: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        'keep-failed': { type: 'boolean', default: false },
        failed: { type: 'boolean', default: false },
        'fail-fast': { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        'list-steps': { type: 'boolean', default: false },
        'mark-database': { type: 'boolean', default: false },
        reports: { type: 'string', default: 'reports' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    requireRegExps(values.name);
    return {
      paths: positionals,
      tags: values.tags,
      names: values.name,
      order: orderOf(values.order),
      workers: workersOf(values.parallel),
      fresh: values.fresh,
      keepFailed: values['keep-failed'],
      failed: values.failed,
      failFast: values['fail-fast'],
      watch: values.watch,
      listSteps: values['list-steps'],
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

/** Whether the run covers the whole suite; only then is its coverage recorded. */
export const isWhole = ({ paths, tags, names, failed, failFast }: RunOptions): boolean =>
  paths.length === 0 && tags === '' && names.length === 0 && !failed && !failFast;

/** The value of an environment variable; an empty one counts as absent. */
export const variable = (env: NodeJS.ProcessEnv, name: string): string | undefined =>
  env[name] === '' ? undefined : env[name];
