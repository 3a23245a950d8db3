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

/** Lets the pool follow `database.*`: a new one is opened and tried before it takes over; the old one drains. */
export const applyPoolSettings = (config: Config, db: Database): (() => void) =>
  config.subscribe({
    name: 'database pool',
    prepare: async (next, previous) =>
      isEqual(poolSettings(next), poolSettings(previous)) ? undefined : db.prepareReconfigure(poolSettings(next)),
  });

/** Lets the timeouts of a listener follow `server.*`. */
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
