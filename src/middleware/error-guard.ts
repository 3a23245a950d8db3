import type { Services } from '../services.js';
import type { Middleware } from './context.js';
import { isOrdinaryResponse } from './health-routes.js';

/** Counts requests and 5xx responses while a configuration change with a guard is waiting for confirmation. */
export const errorGuard = ({ config }: Pick<Services, 'config'>): Middleware =>
  async function errorGuard(ctx, next) {
    const { guard } = config.overrides;
    await next();
    if (guard !== null && isOrdinaryResponse(ctx)) guard.record(ctx.status >= 500);
  };
