import type { Config } from '../../config/config.js';
import type { Settings } from '../../config/schema/schema.js';
import type { Database } from '../../database/database.js';
import type { PoolSettings } from '../../database/reconfiguration.js';
import type { HttpListener } from '../listeners/http-listener.js';

/** The settings of the connection pool. */
export const poolSettings = ({ database }: Settings): PoolSettings => ({
  pool: { min: database.pool.min, max: database.pool.max },
  statementTimeoutMs: database.statementTimeout,
  slowQueryMs: database.slowQuery,
});

const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * Applies changes of `database.*` to the pool: a new pool is opened and tested before it replaces the old one, which
 * drains.
 */
export const applyPoolSettings = (config: Config, db: Database): (() => void) =>
  config.subscribe({
    name: 'database pool',
    prepare: async (next, previous) =>
      isEqual(poolSettings(next), poolSettings(previous)) ? undefined : db.prepareReconfigure(poolSettings(next)),
  });

/** Applies changes of `server.*` to the timeouts of a listener. */
export const applyHttpTimeouts = (config: Config, listener: HttpListener): (() => void) =>
  config.subscribe({
    name: 'HTTP timeouts',
    prepare: async (next, previous) => ({
      commit() {
        listener.setTimeouts(next.server);
      },
      undo() {
        listener.setTimeouts(previous.server);
      },
    }),
  });
