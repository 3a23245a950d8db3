import cors from '@koa/cors';
import type Router from '@koa/router';
import Koa from 'koa';
import helmet from 'koa-helmet';
import { accessLog } from './middleware/access-log.js';
import type { RequestState, Middleware } from './middleware/context.js';
import { errorGuard } from './middleware/error-guard.js';
import { errorHandler } from './middleware/error-handler.js';
import { outcomeMetrics } from './middleware/outcome-metrics.js';
import { requestContext } from './middleware/request-context.js';
import { countStatistics } from './middleware/statistics.js';
import { requestLine } from './middleware/request-line.js';
import { trace } from './middleware/trace.js';
import { untrustedProxyWarning } from './middleware/untrusted-proxy-warning.js';
import { createRouter, dispatch } from './routes/index.js';
import type { Services } from './services.js';

/** Response headers that scripts of other origins may read. */
const exposedHeaders = [
  'Allow',
  'Content-Disposition',
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Cache',
  'X-Request-Id',
];

/** API responses load no resources. Pages set their own policies. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
};

const allowedOrigin = (origins: readonly string[], origin: string): string =>
  origins.includes(origin) || origins.includes('*') ? origin : '';

/**
 * Creates a Koa application for a router: request id, security headers, CORS, problem documents, and 404 and 405 for
 * requests without a route.
 * @param observers middleware that runs for every request, before the router
 */
export const createBaseApp = (
  services: Pick<Services, 'config' | 'clock' | 'log' | 'lifecycle'>,
  router: Router<RequestState>,
  observers: readonly Middleware[] = [],
): Koa<RequestState> => {
  const app = new Koa<RequestState>();
  app.on('error', (error: unknown) => {
    // The error contains the connection and the bytes read from it, which must not be logged.
    const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
    services.log.warn({ event: 'http.connection_failed', code, message }, 'connection failed during a request');
  });
  app.use(requestContext(services));
  for (const observer of observers) app.use(observer);
  app
    .use(helmet({ contentSecurityPolicy, xFrameOptions: { action: 'deny' } }))
    .use(
      cors({
        origin: (ctx) => allowedOrigin((ctx.state as RequestState).settings.cors.origins, ctx.get('Origin')),
        exposeHeaders: exposedHeaders,
        maxAge: 600,
      }),
    )
    .use(errorHandler())
    .use(requestLine())
    .use(dispatch(router));
  return app;
};

/**
 * Creates the application of the service. It opens no connection and no port, and several can run in one process.
 * @param services its dependencies
 */
export const createApp = (services: Services): Koa<RequestState> =>
  createBaseApp(services, createRouter(services), [
    trace(services),
    accessLog(services),
    outcomeMetrics(services),
    errorGuard(services),
    countStatistics(services),
    untrustedProxyWarning(services),
  ]);
