import { SchemaPool } from 'scenario-schema';
import { migrateSchema } from '../../../src/testing/test-schema.js';
import type { DatabaseParameters } from '../run/parameters.js';

/** Prefix of all schema names of the features. */
export const schemaPrefix = 'rollcall_f_';

/**
 * Joins the run of the features in one process. The first process of a run creates the structure for the others.
 * @throws {ScenarioSchemaError} for a database that must not be used
 */
export const startSchemaPool = ({ url, run, mode, keepFailed }: DatabaseParameters): Promise<SchemaPool> =>
  SchemaPool.start({
    migrate: migrateSchema,
    server: { url },
    run,
    prefix: schemaPrefix,
    fresh: mode === 'fresh',
    keepFailed,
    // As in production, public is not on the search path.
    searchPath: [],
    lastQuery: (schema) => `SELECT DISTINCT action FROM ${schema}.audit_events`,
    log: () => undefined,
  });
