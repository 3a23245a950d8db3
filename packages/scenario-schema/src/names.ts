import { createHash } from 'node:crypto';
import pg from 'pg';
import { ScenarioSchemaError } from './errors.js';

/** The default prefix of all schemas and databases that the kit creates. */
export const defaultPrefix = 'scenario_';

/** Quotes an identifier for SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The first digits of a hash, for use in names. */
export const shortHash = (text: string, length = 8): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

/** @throws {ScenarioSchemaError} for a prefix that cannot begin the name of a schema */
export const validatePrefix = (prefix: string): string => {
  if (/^[a-z][a-z0-9_]{0,19}$/.test(prefix) && !prefix.startsWith('pg_')) return prefix;
  throw new ScenarioSchemaError(
    `The prefix "${prefix}" must have at most 20 lower-case letters, digits and underscores, and begin with a letter other than in "pg_".`,
  );
};

/** Names of everything that belongs to one run. */
export interface RunNames {
  readonly prefix: string;
  /** Eight hexadecimal digits. */
  readonly run: string;
  /** The schema in the base database that holds the blueprint and the report. */
  readonly registry: string;
  /** The schema that the migrations run in. */
  readonly template: string;
  /** The schema of the functions that empty and inspect. */
  readonly kit: string;
}

/** The names of a run. */
export const runNames = (prefix: string, run: string): RunNames => ({
  prefix,
  run,
  registry: `${prefix}${run}_registry`,
  template: `${prefix}${run}_template`,
  kit: `${prefix}${run}_kit`,
});

/** The start of the names of all databases that runs on one base database create. */
export const databasePrefix = (prefix: string, base: string): string => `${prefix}${shortHash(base, 6)}_`;

/** The run that a schema or database belongs to; undefined for a name that the kit did not create. */
export const runOf = (name: string, prefix: string): string | undefined =>
  name.startsWith(prefix) ? /^([0-9a-f]{8})_/.exec(name.slice(prefix.length))?.[1] : undefined;

/** A condition for the databases that the kit did not create. */
export const databaseFilter = (prefix: string, alias: string): string =>
  `NOT starts_with(${alias}.datname::text, ${pg.escapeLiteral(prefix)})`;
