import type Koa from 'koa';
import { createBaseApp } from '../../app.js';
import { AppError } from '../../errors/app-error.js';
import { health } from '../../handlers/system/health.js';
import { healthz } from '../../handlers/system/healthz.js';
import type { RequestState, Middleware } from '../../middleware/context.js';
import { routerOver } from '../../routes/index.js';
import type { Services } from '../../services.js';

type Early = Pick<Services, 'config' | 'clock' | 'log' | 'build' | 'lifecycle'>;

/** Seconds after which clients should retry. */
const retryAfterSeconds = 1;

const notReady = (early: Early): Middleware =>
  function notReady(ctx) {
    ctx.status = 503;
    ctx.set('Retry-After', String(retryAfterSeconds));
    const { stopping, waitingFor = 'database_unhealthy' } = early.lifecycle;
    const status = waitingFor === 'database_unhealthy' ? 'unhealthy' : 'healthy';
    ctx.body = {
      ready: false,
      reason: stopping ? 'shutting_down' : waitingFor,
      connections: { database: { status }, cache: { status: 'not_configured' } },
    };
  };

const starting: Middleware = () => {
  throw new AppError('service_unavailable', { detail: 'The service is starting.', retryAfterSeconds });
};

const noStore: Middleware = async (ctx, next) => {
  ctx.set('Cache-Control', 'no-store');
  await next();
};

/** The application until the database is available: healthy, not ready, and 503 with Retry-After for every route. */
export const startingApp = (early: Early): Koa<RequestState> => {
  const handlers: Readonly<Record<string, Middleware>> = {
    '/api/health': health() as Middleware,
    '/api/healthz': healthz(early) as Middleware,
    '/api/ready': notReady(early),
  };
  return createBaseApp(
    early,
    routerOver(({ path }) => [noStore, handlers[path] ?? starting]),
  );
};
