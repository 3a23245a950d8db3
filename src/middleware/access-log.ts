import type { Services } from '../services.js';
import type { Wrapper } from './context.js';
import { loggedPath } from './logged-path.js';

const levelOf = (status: number): 'debug' | 'info' | 'warn' => {
  if (status >= 500) return 'warn';
  return status >= 400 ? 'info' : 'debug';
};

/** Logs and measures each request: successes at debug, refusals at info, failures at warn. Paths only, never queries. */
export const accessLog = ({ clock, log, metrics }: Services): Wrapper => {
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
    const level = levelOf(ctx.status);
    if (!log.isLevelEnabled(level)) return;
    const facts = {
      method: ctx.method,
      path: loggedPath(ctx.path),
      route,
      status: ctx.status,
      duration_ms: Math.round(durationMs * 10) / 10,
    };
    ctx.state.log[level]({ event: 'http.request', ...facts }, 'request');
  };
};
