import { loggedIpAddress } from '../ip-address.js';
import type { Services } from '../services.js';
import type { ApiContext, Middleware } from './context.js';
import { loggedPath } from './logged-path.js';

/** The level of a request line; null when `logging.access` excludes it. */
const levelOf = ({ state, status }: ApiContext): 'debug' | 'info' | 'warn' | null => {
  const { access } = state.settings.logging;
  if (access === 'off') return null;
  if (status >= 500) return 'warn';
  return status >= 400 || access === 'all' ? 'info' : 'debug';
};

/**
 * Logs and measures each request: client errors at info, server errors at warn, successes at info or debug depending on
 * `logging.access`. A line contains the path, never the query; fields without a value are omitted.
 */
export const accessLog = ({ clock, log, metrics }: Services): Middleware => {
  const durations = metrics.histogram(
    'http_request_duration_seconds',
    'Duration of HTTP requests, by method, route and status.',
    ['method', 'route', 'status'],
  );
  return async function accessLog(ctx, next) {
    const startedAt = clock.monotonicMs();
    await next();
    const durationMs = clock.monotonicMs() - startedAt;
    const route = ctx.state.route ?? 'none';
    durations.observe({ method: ctx.method, route, status: String(ctx.status) }, durationMs / 1000);
    const level = levelOf(ctx);
    if (level === null || !log.isLevelEnabled(level)) return;
    const facts = {
      method: ctx.method,
      path: loggedPath(ctx.path),
      route,
      status: ctx.status,
      code: ctx.state.problemCode,
      duration_ms: Math.round(durationMs * 10) / 10,
      user_id: ctx.state.caller?.userId ?? ctx.state.endedByBearer?.userId ?? ctx.state.issuedTo,
      client_ip: loggedIpAddress(ctx.state.requestMetadata.ipAddress, ctx.state.settings.logging.clientIp),
      user_agent: ctx.state.requestMetadata.userAgent ?? undefined,
    };
    ctx.state.log[level]({ event: 'http.request', ...facts }, 'request completed');
  };
};
