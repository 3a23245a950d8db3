import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { Tracing } from '../observability/tracing/tracing.js';
import type { PoolSettings } from './reconfiguration.js';
import type { ConnectionEnvironment } from './url.js';

/** Options for `Database`. */
export interface DatabaseOptions extends PoolSettings {
  /** A libpq connection string, such as postgres://user:password@host:port/database */
  readonly url: string;
  /** Environment with the `PG…` variables of libpq; none by default. */
  readonly env?: ConnectionEnvironment;
  /** The only schema on the search path; by default, that of the server. */
  readonly schema?: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
  /** Shown in pg_stat_activity; `rollcall` by default. */
  readonly applicationName?: string;
  /** Idle connections above `pool.min` are closed after this time, in milliseconds; 30 minutes by default. */
  readonly idleTimeoutMs?: number;
  /** Maximum lifetime of a connection, in milliseconds; 1 hour by default. */
  readonly maxLifetimeMs?: number;
}
