import type { Services } from '../services.js';
import type { Middleware } from './context.js';
import { isOrdinaryResponse } from './health-routes.js';

const loginRoutes: ReadonlySet<string> = new Set([
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/magic-link/consume',
  'POST /console/session',
]);

/**
 * Counts what is not stored otherwise for the statistics: 5xx responses, and failed logins that were rejected without a write.
 * Everything else is counted in its transaction.
 */
export const countStatistics = ({ statistics }: Pick<Services, 'statistics'>): Middleware =>
  async function countStatistics(ctx, next) {
    await next();
    const { route = '', problemCode, hasStoredFailure = false } = ctx.state;
    if (ctx.status >= 500 && isOrdinaryResponse(ctx)) statistics.count('errors_5xx');
    const isFailedLogin =
      loginRoutes.has(`${ctx.method} ${route}`) && (ctx.status === 401 || problemCode === 'too_many_attempts');
    if (isFailedLogin && !hasStoredFailure) statistics.count('failures');
  };
