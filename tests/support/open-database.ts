import { Database, type DatabaseOptions } from '../../src/database/database.js';
import { createLogger, type Logger } from '../../src/observability/logger.js';
import { Metrics } from '../../src/observability/metrics.js';

/** A logger that discards everything. */
export const silentLog = (): Logger => createLogger('silent');

/** Opens a database for tests, with a small pool, separate metrics and without a log. The caller closes it. */
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
