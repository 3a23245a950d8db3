import type { Capture } from './blueprint.js';
import type { Migrate } from './capture/migrate.js';
import { isOn, processEnvironment, type Environment } from './environment.js';
import { ScenarioSchemaError } from './errors.js';
import type { ServerChoice } from './server/find-server.js';

/** Options for `SchemaPool.start`. */
export interface SchemaPoolOptions {
  /**
   * Creates the structure: a function, or a command that runs in a shell with `DATABASE_URL` and `SCENARIO_SCHEMA`. It runs
   * once per run, on a new schema that comes first on the search path of the URL.
   */
  readonly migrate: Migrate;
  /** Begins the names of schemas and databases; default `scenario_`. */
  readonly prefix?: string;
  /** Default: `SCENARIO_SCHEMA_SERVER`, then `DATABASE_URL`, then a PostgreSQL that the kit starts. */
  readonly server?: ServerChoice;
  /** Creates a schema for each lease and drops it afterwards; default `SCENARIO_SCHEMA_FRESH`. */
  readonly fresh?: boolean;
  /** Keeps the schemas of failed scenarios; default `SCENARIO_SCHEMA_KEEP_FAILED`. */
  readonly keepFailed?: boolean;
  /** Schemas on the search path after the leased one; default `public`. */
  readonly searchPath?: readonly string[];
  /**
   * Whether each process has a copy of the database, if the role may create databases; default true. Without copies, a pool starts
   * faster, and processes share NOTIFY channels, advisory locks and all that is outside of their schemas.
   */
  readonly databasePerProcess?: boolean;
  /** How the structure is captured; default pg_dump where it is installed, otherwise the statements of the migrations. */
  readonly capture?: Exclude<Capture, 'migrations'>;
  /** A JSON file for measurements and leaks; default `SCENARIO_SCHEMA_REPORT`. */
  readonly report?: string;
  /**
   * Returns a query on the schema of a scenario that passed, with the name of the schema in it. It runs before the schema is
   * emptied, in the same round trip, and `lease.return()` returns its rows.
   */
  readonly lastQuery?: (schema: string) => string;
  /** Identifies the run for processes that share one; the first prepares it. By default a process is a run. */
  readonly run?: { readonly key: string; readonly coordinator: number };
  /** Receives messages; default standard error. */
  readonly log?: (line: string) => void;
  /** Default `process.env`. */
  readonly env?: Environment;
  /** Where a migration command runs; default the current folder. */
  readonly cwd?: string;
}

/** Options with their defaults. */
export interface ResolvedOptions {
  readonly migrate: Migrate;
  readonly fresh: boolean;
  readonly keepFailed: boolean;
  readonly report: string | undefined;
  readonly lastQuery: SchemaPoolOptions['lastQuery'];
  readonly log: (line: string) => void;
  readonly env: Environment;
  readonly cwd: string;
}

const captures: readonly string[] = ['pg_dump', 'statements'];

/**
 * Options with the defaults of the environment.
 * @throws {ScenarioSchemaError} that names an option that is missing or invalid
 */
export const resolveOptions = (options: SchemaPoolOptions): ResolvedOptions => {
  const env = options.env ?? processEnvironment();
  const migrate: unknown = options.migrate;
  if (typeof migrate !== 'function' && (typeof migrate !== 'string' || migrate.trim() === '')) {
    throw new ScenarioSchemaError('Set the option "migrate" to a function or a command that creates the structure.');
  }
  if (options.capture !== undefined && !captures.includes(options.capture)) {
    throw new ScenarioSchemaError(`The option "capture" must be ${captures.map((name) => `"${name}"`).join(' or ')}.`);
  }
  const file = options.report ?? env['SCENARIO_SCHEMA_REPORT'];
  return {
    migrate: options.migrate,
    fresh: options.fresh ?? isOn(env['SCENARIO_SCHEMA_FRESH']),
    keepFailed: options.keepFailed ?? isOn(env['SCENARIO_SCHEMA_KEEP_FAILED']),
    report: file === '' ? undefined : file,
    lastQuery: options.lastQuery,
    log: options.log ?? ((line) => void process.stderr.write(`scenario-schema: ${line}\n`)),
    env,
    cwd: options.cwd ?? process.cwd(),
  };
};
