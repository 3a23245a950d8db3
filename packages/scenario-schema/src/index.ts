/** One migrated PostgreSQL schema per test. */
export type { Blueprint, Capture } from './blueprint.js';
export type { Migrate } from './capture/migrate.js';
export { LeakError, ScenarioSchemaError, type Leak } from './errors.js';
export { Lease, type KeptSchema, type KnexConfig, type LeaseOptions, type PgConfig } from './lease.js';
export type { Report } from './measurements.js';
export { markDatabase, requireMarker } from './server/marker.js';
export type { SchemaPoolOptions } from './options.js';
export { SchemaPool } from './pool.js';
export type { ServerChoice } from './server/find-server.js';
export type { Kept, KeptSession } from './sessions.js';
