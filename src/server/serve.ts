import { setTimeout as pause } from 'node:timers/promises';
import { createApp } from '../app.js';
import { MigrationLockError } from '../database/migration-lock.js';
import { migrateUp } from '../database/migrations.js';
import { KeyRingError } from '../security/key-ring.js';
import type { Services, StartupReason } from '../services.js';
import { openAdminSocket } from './admin-socket/admin-socket.js';
import { logStartupInfo } from './startup/startup-info.js';
import { isDatabaseReady } from '../handlers/system/ready.js';
import { readBootstrapCredentials } from './startup/bootstrap-credentials.js';
import { openDatabase, type DatabaseHandle } from './startup/open-database.js';
import { applyHttpTimeouts, applyPoolSettings } from './live-settings/connections.js';
import { applyLogLevel } from './live-settings/log-level.js';
import { applyTelemetrySettings } from './live-settings/telemetry.js';
import { ensureFirstAdministrator, type AdministratorCredentials } from './startup/administrator.js';
import { bootstrap, type CoreServices } from './startup/bootstrap.js';
import { HttpListener } from './listeners/http-listener.js';
import { exitCodes, CommandError, type ProcessEnvironment } from './process/environment.js';
import { listenForMetrics, listenOn, warnWithoutClientAddresses } from './listeners/listen.js';
import { openServices, registerInstance } from './startup/open-services.js';
import { reportParseErrors } from './listeners/parse-errors.js';
import { Shutdown } from './shutdown.js';
import { startJobs } from '../jobs/start-jobs.js';
import { startingApp } from './startup/starting-app.js';
import { logSession, logWaiting, waitForDatabase } from './startup/wait-for-database.js';

/** How long the start waits for the overrides in the database before it tries again, in milliseconds. */
const revisionTimeoutMs = 5_000;

/** Delay between two attempts to read the overrides, in milliseconds. */
const overridesRetryMs = 250;

/** Migrates the schema, opens the services and creates the first administrator. */
const prepare = async (
  core: CoreServices,
  database: DatabaseHandle,
  environment: ProcessEnvironment,
  { credentials, signal }: { readonly credentials: AdministratorCredentials | undefined; readonly signal: AbortSignal },
): Promise<Services> => {
  const services = await openMigrated(core, database);
  await waitForOverrides(services, signal);
  const isProduction = core.nodeEnv === 'production';
  await ensureFirstAdministrator(services, { environment, credentials, isEmbedded: database.isEmbedded, isProduction });
  return services;
};

/** Waits until the overrides in the database are active: requests must not see the files without them. */
const waitForOverrides = async ({ config }: Services, signal: AbortSignal): Promise<void> => {
  await config.ensureNumbered(revisionTimeoutMs);
  while (!config.hasOverrides && !signal.aborted) {
    await pause(overridesRetryMs, undefined, { signal }).catch(() => undefined);
    // The repository has logged that the database does not respond.
    await config.syncRevisions(revisionTimeoutMs).catch(() => undefined);
  }
};

/** @throws {CommandError} for an error that the operator can fix */
const openMigrated = async (core: CoreServices, { db }: DatabaseHandle): Promise<Services> => {
  try {
    if (core.config.current.database.migrateOnStart) await migrateUp(db.knex, core.log);
    return await openServices({ ...core, db });
  } catch (error) {
    if (error instanceof KeyRingError || error instanceof MigrationLockError) throw new CommandError(error.message);
    throw error;
  }
};

/** Starts the service and registers each component for the shutdown. Also resolves if the service is stopped during startup. */
const start = async (core: CoreServices, environment: ProcessEnvironment, shutdown: Shutdown): Promise<void> => {
  const { config, log } = core;
  const credentials = await readBootstrapCredentials(core, environment);
  const listener = new HttpListener(startingApp(core).callback(), config.current.server, reportParseErrors(core));
  shutdown.add('listeners', 'public', () => listener.close());
  // Listens before anything is created, so that a port in use leaves no changes in the database.
  await listenOn(listener, config, 'server');
  warnWithoutClientAddresses(core);
  core.lifecycle.url = listener.url;
  const metricsUrl = await listenForMetrics(core, shutdown);
  const adminSocket = await openAdminSocket(core, environment, shutdown);
  const database = await openDatabase(core, environment);
  shutdown.add('stores', 'database', () => database.close());
  shutdown.add('loops', 'log level', applyLogLevel(core));
  applyPoolSettings(config, database.db);
  await applyTelemetrySettings(core);
  shutdown.add('stores', 'telemetry', () => core.tracing.close());
  applyHttpTimeouts(config, listener);
  await config.watch();
  shutdown.add('loops', 'configuration watch', () => config.close());
  const onWaiting = (reason: StartupReason): void => {
    logWaiting(log, database, reason);
    if (core.lifecycle.waitingFor === undefined) logStartupInfo(core, environment, { listener, database, metricsUrl });
    core.lifecycle.waitingFor = reason;
  };
  const needsSchema = !config.current.database.migrateOnStart;
  const waiting = { onWaiting, signal: shutdown.signal, needsWrites: true, needsSchema };
  const session = await waitForDatabase(database, waiting);
  if (session === null) return;
  logSession(core, database, session);
  const services = await prepare(core, database, environment, { credentials, signal: shutdown.signal });
  shutdown.add('loops', 'cluster', () => services.instances.unregister());
  await registerInstance(services, environment.pid);
  listener.use(createApp(services).callback());
  adminSocket.use(services);
  core.lifecycle.isReady = async () =>
    !services.lifecycle.stopping && (await isDatabaseReady(services, config.current));
  shutdown.drainFor(() => config.current.server.drainDelay);
  if (core.lifecycle.waitingFor !== undefined) {
    log.info({ event: 'service.ready', url: listener.url }, 'database available; ready');
  } else logStartupInfo(core, environment, { listener, database, metricsUrl });
  const jobs = startJobs(services, { isProduction: core.nodeEnv === 'production' });
  for (const { name, stop } of jobs) shutdown.add('loops', name, stop);
};

/**
 * `rollcall serve`: migrates the database and serves requests until SIGTERM or SIGINT.
 * @returns the exit code: 0 after a clean shutdown, 1 if it was aborted or startup failed, 2 for an invalid configuration
 */
export const serve = async (environment: ProcessEnvironment): Promise<number> => {
  const core = bootstrap(environment);
  const { config, lifecycle, log } = core;
  const shutdown = new Shutdown({ log, lifecycle, timeoutMs: () => config.current.server.shutdownTimeout });
  const release = [
    environment.onSignal('SIGTERM', () => {
      shutdown.begin('SIGTERM');
    }),
    environment.onSignal('SIGINT', () => {
      shutdown.begin('SIGINT');
    }),
    environment.onSignal('SIGHUP', () => {
      // The reload logs its own result; it is rejected only during a shutdown.
      config.reload('signal').catch((error: unknown) => {
        log.debug({ event: 'config.reload_too_late', err: error }, 'SIGHUP ignored during shutdown');
      });
    }),
  ];
  try {
    const started = start(core, environment, shutdown);
    shutdown.waitFor(started);
    await started;
    return (await shutdown.finished) ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    // Errors of an interrupted startup are expected.
    if (lifecycle.stopping) return (await shutdown.finished) ? exitCodes.ok : exitCodes.failed;
    await shutdown.abandon();
    if (error instanceof CommandError) log.fatal({ event: 'service.start_failed' }, error.message);
    throw error;
  } finally {
    for (const remove of release) remove();
  }
};
