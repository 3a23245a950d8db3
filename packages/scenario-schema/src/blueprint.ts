import type { Contents } from './schema/contents.js';
import type { Snapshot } from './schema/snapshot.js';

/** How the structure was captured: from the catalog by pg_dump, from the statements seen, or not at all. */
export type Capture = 'pg_dump' | 'statements' | 'migrations';

/** What a new schema is created from, and what a clean one contains. Plain JSON, shared by all processes of a run. */
export interface Blueprint {
  readonly prefix: string;
  readonly run: string;
  /** The database given, in which the run is registered. */
  readonly baseUrl: string;
  /** The schema that the migrations ran in; its rows are the seed. */
  readonly template: string;
  /** The schema of the kit's functions. */
  readonly kit: string;
  /** The database of the template, which each worker copies; null if all workers share the base database. */
  readonly templateDatabase: string | null;
  readonly capture: Capture;
  /** SQL of the structure, one transaction each, with the template's name where a schema is named. */
  readonly structure: readonly string[];
  readonly contents: Contents;
  readonly snapshot: Snapshot;
  /** Hash of the rows of the seed tables and of the materialized views. */
  readonly seedHash: string;
  /** Schemas on the search path after the leased one. */
  readonly searchPath: readonly string[];
  readonly server: string;
}

/** The search path of a schema of a run. */
export const searchPathOf = ({ searchPath }: Pick<Blueprint, 'searchPath'>, schema: string): string[] => [
  schema,
  ...searchPath,
];
