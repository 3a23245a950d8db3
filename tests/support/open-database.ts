import { Database, type DatabaseOptions } from '../../src/database/database.js';
import { createLogger, type Logger } from '../../src/observability/logger.js';
import { Metrics } from '../../src/observability/metrics.js';

/** A logger that says nothing. */
export const silentLog = (): Logger => createLogger('silent');

/** A Database for tests: small pool, no log, metrics of its own. Close it in the end. */
export const openDatabase = (url: string, options: Partial<DatabaseOptions> = {}): Database =>
  new Database({
    url,
    pool: { min: 0, max: 4 },
    statementTimeoutMs: 5_000,
    slowQueryMs: 5_000,
    log: silentLog(),
    metrics: new Metrics(),
    ...options,
  });
