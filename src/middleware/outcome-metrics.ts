import type { Services } from '../services.js';
import type { Middleware } from './context.js';

/** Counts one request with its outcome; the reason is the code of the problem document, `none` for a success. */
type Count = (outcome: 'success' | 'failure', reason: string) => void;

/** Counts logins, token refreshes and registrations by outcome and reason, and reused refresh tokens. */
export const outcomeMetrics = ({ metrics }: Pick<Services, 'metrics'>): Middleware => {
  const labels = ['outcome', 'reason'] as const;
  const logins = metrics.counter('rollcall_logins_total', 'Login attempts, by method, outcome and reason.', [
    'method',
    ...labels,
  ]);
  const refreshes = metrics.counter(
    'rollcall_token_refreshes_total',
    'Attempts to refresh tokens, by outcome and reason.',
    labels,
  );
  const registrations = metrics.counter(
    'rollcall_registrations_total',
    'Attempts to register, by outcome and reason.',
    labels,
  );
  const reuses = metrics.counter(
    'rollcall_refresh_token_reuse_total',
    'Sessions ended because a used refresh token was presented again.',
  );
  const login = (method: string): Count => {
    logins.inc({ method, outcome: 'success', reason: 'none' }, 0);
    return (outcome, reason) => {
      logins.inc({ method, outcome, reason });
    };
  };
  const refreshed: Count = (outcome, reason) => {
    refreshes.inc({ outcome, reason });
  };
  const counts: Readonly<Record<string, Count>> = {
    'POST /api/v1/auth/login': login('password'),
    'POST /console/session': login('console'),
    'POST /api/v1/auth/magic-link/consume': login('magic_link'),
    'POST /api/v1/auth/refresh': refreshed,
    'POST /console/session/refresh': refreshed,
    'POST /api/v1/auth/register': (outcome, reason) => {
      registrations.inc({ outcome, reason });
    },
  };
  for (const counter of [refreshes, registrations]) counter.inc({ outcome: 'success', reason: 'none' }, 0);
  return async function outcomeMetrics(ctx, next) {
    await next();
    const { route, problemCode, hasReusedToken } = ctx.state;
    if (hasReusedToken === true) reuses.inc();
    if (route === undefined) return;
    counts[`${ctx.method} ${route}`]?.(problemCode === undefined ? 'success' : 'failure', problemCode ?? 'none');
  };
};
