import Koa from 'koa';
import type { RequestState, Wrapper } from '../middleware/context.js';
import { errorHandler } from '../middleware/error-handler.js';
import { requestContext } from '../middleware/request-context.js';
import { AppError } from '../errors/app-error.js';
import { health } from '../handlers/system/health.js';
import { healthz } from '../handlers/system/healthz.js';
import type { Services } from '../services.js';

type Early = Pick<Services, 'config' | 'clock' | 'log' | 'build' | 'life'>;

/** Seconds after which a caller may look again. */
const retryAfterSeconds = 1;

const notReady = (early: Early): Wrapper =>
  function notReady(ctx) {
    ctx.status = 503;
    ctx.set('Retry-After', String(retryAfterSeconds));
    ctx.body = {
      ready: false,
      reason: early.life.stopping ? 'shutting_down' : 'database_unhealthy',
      connections: { database: { status: 'unhealthy' }, cache: { status: 'not_configured' } },
    };
  };

/** The application while the database has not answered yet: alive, not ready, and 503 with Retry-After for the rest. */
export const startingApp = (early: Early): Koa<RequestState> => {
  const routes: Readonly<Record<string, Wrapper>> = {
    '/api/health': health() as Wrapper,
    '/api/healthz': healthz(early) as Wrapper,
    '/api/ready': notReady(early),
  };
  const app = new Koa<RequestState>();
  return app
    .use(requestContext(early))
    .use(errorHandler())
    .use(async function starting(ctx, next) {
      const route = ctx.method === 'GET' || ctx.method === 'HEAD' ? routes[ctx.path] : undefined;
      if (!route) throw new AppError('service_unavailable', { detail: 'The service is starting.', retryAfterSeconds });
      ctx.set('Cache-Control', 'no-store');
      await route(ctx, next);
    });
};
