import type { Handler } from '../../middleware/context.js';
import { uptimeSeconds, type Services } from '../../services.js';

/** GET /api/healthz: liveness with process details. Does not use the database. */
export const healthz = (services: Pick<Services, 'build' | 'clock' | 'lifecycle'>): Handler =>
  function healthz(ctx) {
    ctx.body = {
      status: 'healthy',
      version: services.build.version,
      uptime_seconds: uptimeSeconds(services),
      timestamp: services.clock.now().toISOString(),
    };
  };
