import Router from '@koa/router';
import { AppError } from '../errors/app-error.js';
import type { RequestState, Middleware } from '../middleware/context.js';
import type { Services } from '../services.js';
import { adminKeyRoutes } from './admin-keys.js';
import { adminConfigRoutes } from './admin-config.js';
import { adminConfigOverrideRoutes } from './admin-config-overrides.js';
import { adminMailRoutes } from './admin-mails.js';
import { adminOperationRoutes } from './admin-operation.js';
import { adminOverviewRoutes } from './admin-overview.js';
import { adminRoleRoutes } from './admin-roles.js';
import { adminUserRoutes } from './admin-users.js';
import { authRoutes } from './auth.js';
import { consoleRoutes } from './console.js';
import { docsRoutes } from './docs.js';
import type { Endpoint } from './endpoint.js';
import { greetRoutes } from './greet.js';
import { pageRoutes } from './pages.js';
import { recoveryRoutes } from './recovery.js';
import { systemRoutes } from './system.js';
import { userRoutes } from './users.js';

/** Every endpoint of the public listener. The router, the OpenAPI document and the checks use this list. */
export const allEndpoints = (): Endpoint[] => {
  const endpoints: Endpoint[] = [
    ...systemRoutes(),
    ...authRoutes(),
    ...recoveryRoutes(),
    ...userRoutes(),
    ...adminOverviewRoutes(),
    ...adminUserRoutes(),
    ...adminRoleRoutes(),
    ...adminKeyRoutes(),
    ...adminOperationRoutes(),
    ...adminMailRoutes(),
    ...adminConfigRoutes(),
    ...adminConfigOverrideRoutes(),
    ...greetRoutes(),
    ...pageRoutes(),
    ...consoleRoutes(),
  ];
  endpoints.push(...docsRoutes(() => endpoints));
  return endpoints;
};

/**
 * Creates a router for all endpoints. Paths are case-sensitive and have no trailing slash.
 * @param pipelineOf the middleware and handler of an endpoint
 */
export const routerOver = (pipelineOf: (endpoint: Endpoint) => Middleware[]): Router<RequestState> => {
  const router = new Router<RequestState>({ sensitive: true, strict: true });
  for (const endpoint of allEndpoints()) {
    router.register(endpoint.path, [endpoint.method], pipelineOf(endpoint));
  }
  return router;
};

/** The router of the service. */
export const createRouter = (services: Services): Router<RequestState> =>
  routerOver((endpoint) => endpoint.pipeline(services));

/** The gates that hide their path, by path. Built for the first request without an endpoint, so that a start is faster. */
const hidingGates = (): ReadonlyMap<string, Endpoint['gate']> =>
  new Map(allEndpoints().flatMap(({ path, gate }) => (gate?.code === 'not_found' ? [[path, gate]] : [])));

/** The methods of the paths without parameters. `/mails/:id` also matches `/mails/test`, which is a different endpoint. */
const literalPaths = (router: Router<RequestState>): ReadonlyMap<string, ReadonlySet<string>> => {
  const methods = new Map<string, Set<string>>();
  for (const { path, methods: own } of router.stack) {
    if (typeof path !== 'string' || path.includes(':')) continue;
    methods.set(path, new Set([...(methods.get(path) ?? []), ...own]));
  }
  return methods;
};

/**
 * Handles requests that no endpoint matches. OPTIONS of a known path returns its methods (RFC 9110, 9.3.7), also for
 * the preflight of an origin that is not allowed: without `Access-Control-Allow-Origin`, the browser reports a CORS
 * error.
 * @throws {AppError} method_not_allowed with `Allow` on a known path (RFC 9110, 15.5.6), else not_found; a path whose gate
 * hides it with not_found is unknown while it is disabled
 */
const noEndpoint = (router: Router<RequestState>, literals: ReturnType<typeof literalPaths>): Middleware => {
  let gates: ReadonlyMap<string, Endpoint['gate']> | undefined;
  return function noEndpoint(ctx) {
    gates ??= hidingGates();
    const layers = router.match(ctx.path, ctx.method).path;
    for (const { path } of layers) {
      const gate = gates.get(String(path));
      if (gate?.isEnabled(ctx.state.settings) === false) throw new AppError(gate.code);
    }
    const methods = literals.get(ctx.path) ?? new Set(layers.flatMap((layer) => layer.methods));
    if (methods.size === 0) throw new AppError('not_found');
    const headers = { Allow: [...methods, 'OPTIONS'].sort().join(', ') };
    if (ctx.method !== 'OPTIONS') {
      const detail = `${ctx.method} is not supported here; the supported methods are ${headers.Allow}.`;
      throw new AppError('method_not_allowed', { detail, headers });
    }
    ctx.status = 204;
    ctx.set(headers);
  };
};

/** Runs the endpoint of a request, or `noEndpoint`. A path without parameters has only its own methods. */
export const dispatch = (router: Router<RequestState>): Middleware => {
  const literals = literalPaths(router);
  const [routes, otherwise] = [router.routes(), noEndpoint(router, literals)];
  return async function dispatch(ctx, next) {
    if (literals.get(ctx.path)?.has(ctx.method) === false) await otherwise(ctx, next);
    else await routes(ctx as never, () => Promise.resolve(otherwise(ctx, next)));
  };
};
