import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { Tracing } from '../observability/tracing/tracing.js';
import type { PoolSettings } from './reconfiguration.js';
import type { ConnectionEnvironment } from './url.js';

/** Options for `Database`. */
export interface DatabaseOptions extends PoolSettings {
  /** A connection string of libpq, such as postgres://user:password@host:port/database */
  readonly url: string;
  /** Where the PG… variables are read that libpq knows; none when absent. */
  readonly env?: ConnectionEnvironment;
  /** The only schema on the search path; the server's default path when absent. */
  readonly schema?: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
  /** Shown in pg_stat_activity; default rollcall. */
  readonly applicationName?: string;
  /** How long an unused connection above `pool.min` is kept, in milliseconds; default 30 minutes. */
  readonly idleTimeoutMs?: number;
  /** How long a connection is used, in milliseconds; default 1 hour. */
  readonly maxLifetimeMs?: number;
}
