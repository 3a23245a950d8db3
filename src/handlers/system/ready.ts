import type { Settings } from '../../config/schema/schema.js';
import type { Readiness } from '../../contract/system.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';

/** Time limit of the database ping, in milliseconds. */
const pingTimeoutMs = 1000;

/** Whether the database responds in time. */
export const isDatabaseReady = ({ db }: Pick<Services, 'db'>, { database }: Settings): Promise<boolean> =>
  db.ping(Math.min(pingTimeoutMs, database.statementTimeout));

/**
 * GET /api/ready: whether the instance should receive traffic. Without the cache store it is degraded; without the
 * database it is not ready.
 */
export const ready = ({ db, cache, lifecycle }: Services): Handler =>
  async function ready(ctx) {
    const isHealthy = await isDatabaseReady({ db }, ctx.state.settings);
    const readiness: Readiness = {
      ready: isHealthy && !lifecycle.stopping,
      ...(lifecycle.stopping ? { reason: 'shutting_down' } : !isHealthy && { reason: 'database_unhealthy' }),
      connections: {
        database: { status: isHealthy ? 'healthy' : 'unhealthy' },
        cache: { status: cache.status() },
      },
    };
    ctx.status = readiness.ready ? 200 : 503;
    if (!readiness.ready) ctx.set('Retry-After', '1');
    ctx.body = readiness;
  };
