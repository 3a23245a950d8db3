import Router from '@koa/router';
import type Koa from 'koa';
import { createBaseApp } from '../../app.js';
import {
  SocketConfigQuery,
  SocketDirectoryQuery,
  SocketHistoryQuery,
  SocketReloadQuery,
  SocketRollbackQuery,
} from '../../contract/admin-socket.js';
import { checkValue, type SchemaOf } from '../../contract/issues.js';
import type { ChangeRequest } from '../../config/types.js';
import { AppError } from '../../errors/app-error.js';
import { requireReason, translateErrors } from '../../handlers/admin/config/request.js';
import { viewOf } from '../../handlers/admin/config/show.js';
import { sendReloadResult, invalidConfig, publicIssues } from '../../handlers/admin/config/view.js';
import type { ApiContext, RequestState, Middleware } from '../../middleware/context.js';
import type { Services } from '../../services.js';
import { checkRunningService } from '../doctor/run-checks.js';
import { configDirectory, type CoreServices } from '../startup/bootstrap.js';
import type { ProcessEnvironment } from '../process/environment.js';
import { findHistory, listHistory } from './revision-history.js';
import { listInstances, statusOfService } from './status.js';

/** @throws {AppError} validation_failed */
const queryOf = <T>(ctx: ApiContext, schema: SchemaOf<T>): T => {
  const result = checkValue(schema, ctx.query, 'query');
  if (result.success) return result.data;
  throw new AppError('validation_failed', { errors: result.errors });
};

/** @throws {AppError} service_unavailable until the database is available */
const opened = (services: Services | undefined): Services => {
  if (services !== undefined) return services;
  throw new AppError('service_unavailable', { detail: 'The service is waiting for the database.' });
};

/** A change by a user of the command line, without an account. The audit event contains the names that the command sends. */
const changeRequest = (details: Readonly<Record<string, unknown>>): ChangeRequest => ({
  requester: { actorId: null, requestMetadata: null, details: { via: 'cli', ...details } },
});

const noStore: Middleware = async (ctx, next) => {
  ctx.set('Cache-Control', 'no-store');
  await next();
};

/**
 * The application of the admin socket. It has no authorization: only the operating system user of the service can connect.
 * @param services the services; undefined until they are open
 */
export const adminApp = (
  core: CoreServices,
  environment: ProcessEnvironment,
  services: () => Services | undefined,
): Koa<RequestState> => {
  const { config } = core;
  const router = new Router<RequestState>({ sensitive: true, strict: true });
  router.use(noStore);

  router.get('/status', async (ctx) => {
    ctx.body = await statusOfService(core, environment, services());
  });

  router.get('/doctor', async (ctx) => {
    ctx.body = { checks: await checkRunningService(core, environment) };
  });

  router.get('/config', async (ctx) => {
    const { key } = queryOf(ctx, SocketConfigQuery);
    const view = viewOf(config, (await listInstances(services())) ?? [], key);
    const settings = view.settings.map((entry) => ({ ...entry, layers: config.layersOf(entry.key) }));
    ctx.body = { ...view, settings };
  });

  router.get('/config/diff', (ctx) => {
    const { directory } = queryOf(ctx, SocketDirectoryQuery);
    const compared = config.compare(directory);
    const { revision, pinned } = config.status;
    const own = directory === undefined || directory === configDirectory(environment);
    ctx.body = compared.ok
      ? { valid: true, own, revision, changes: compared.differences, ignored: compared.ignored }
      : { valid: false, own, revision, errors: publicIssues(compared.issues, pinned) };
  });

  router.get('/config/history', async (ctx) => {
    const { limit, revision } = queryOf(ctx, SocketHistoryQuery);
    const { db } = opened(services());
    const data = await db.read<unknown>((reader) =>
      revision === undefined ? listHistory(reader, limit) : findHistory(reader, revision),
    );
    if (data === null) throw new AppError('not_found', { detail: `Revision ${String(revision)} does not exist.` });
    ctx.body = { data };
  });

  router.post('/config/validate', (ctx) => {
    const { directory } = queryOf(ctx, SocketDirectoryQuery);
    const compared = config.compare(directory);
    if (!compared.ok) throw invalidConfig(compared.issues, config.status);
    ctx.body = { valid: true };
  });

  router.post('/config/reload', async (ctx) => {
    const details = queryOf(ctx, SocketReloadQuery);
    const result = await translateErrors(() => config.reload('admin', changeRequest(details)));
    sendReloadResult(ctx, result, config.status);
  });

  router.post('/config/rollback', async (ctx) => {
    const { revision, ...details } = queryOf(ctx, SocketRollbackQuery);
    opened(services());
    requireReason(ctx, details.reason);
    const { result } = await translateErrors(() =>
      config.overrides.rollBack(revision, details.reason ?? null, changeRequest(details)),
    );
    sendReloadResult(ctx, result, config.status);
  });

  return createBaseApp(core, router);
};
