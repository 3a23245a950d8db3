import { createApp } from '../app.js';
import { MigrationLockError } from '../database/migration-lock.js';
import { migrateUp } from '../database/migrations.js';
import { KeyRingError } from '../security/key-ring.js';
import type { Services, StartupReason } from '../services.js';
import { openAdminSocket } from './admin-socket/admin-socket.js';
import { logStartupInfo } from './startup/startup-info.js';
import type { AdministratorCredentials } from './startup/administrator.js';
import { isDatabaseReady } from '../handlers/system/ready.js';
import { readBootstrapCredentials } from './startup/bootstrap-credentials.js';
import { startStatistics } from '../jobs/statistics.js';
import { openDatabase, type DatabaseHandle } from './startup/open-database.js';
import { ensureFirstAdministrator } from './startup/first-administrator.js';
import { applyLogLevel } from './live-settings/log-level.js';
import { registerInstance } from './startup/register-instance.js';
import { startKeyRotation } from '../jobs/key-rotation.js';
import { applyTelemetrySettings } from './live-settings/telemetry.js';
import { bootstrap, type CoreServices } from './startup/bootstrap.js';
import { startRevisionPolling, ensureNumbered } from '../jobs/config-revisions.js';
import { HttpListener } from './listeners/http-listener.js';
import { exitCodes, CommandError, type ProcessEnvironment } from './process/environment.js';
import { startKeyCleanup } from '../jobs/key-cleanup.js';
import { listenForMetrics, listenOn, warnWithoutClientAddresses } from './listeners/listen.js';
import { openServices } from './startup/open-services.js';
import { startRetention } from '../jobs/retention.js';
import { reportParseErrors } from './listeners/parse-errors.js';
import { Shutdown } from './shutdown.js';
import { startMailDelivery } from '../jobs/mail/start.js';
import { startingApp } from './startup/starting-app.js';
import { applyPoolSettings, applyHttpTimeouts } from './live-settings/connections.js';
import { logSession, logWaiting, waitForDatabase } from './startup/wait-for-database.js';

/** Brings the schema up to date, opens the services and makes the first administrator. */
const prepare = async (
  core: CoreServices,
  database: DatabaseHandle,
  environment: ProcessEnvironment,
  credentials: AdministratorCredentials | undefined,
): Promise<Services> => {
  const services = await openMigrated(core, database);
  await ensureNumbered(services);
  const isProduction = core.nodeEnv === 'production';
  await ensureFirstAdministrator(services, { environment, credentials, isEmbedded: database.isEmbedded, isProduction });
  return services;
};

/** @throws {CommandError} with one line for what the operator can mend */
const openMigrated = async (core: CoreServices, { db }: DatabaseHandle): Promise<Services> => {
  try {
    if (core.config.current.database.migrateOnStart) await migrateUp(db.knex, core.log);
    return await openServices({ ...core, db });
  } catch (error) {
    if (error instanceof KeyRingError || error instanceof MigrationLockError) throw new CommandError(error.message);
    throw error;
  }
};

/** The steps of a start, each with its cleanup; resolves when the service is up or was stopped before that. */
const start = async (core: CoreServices, environment: ProcessEnvironment, shutdown: Shutdown): Promise<void> => {
  const { config, log } = core;
  const credentials = await readBootstrapCredentials(core, environment);
  const listener = new HttpListener(startingApp(core).callback(), config.current.server, reportParseErrors(core));
  shutdown.add('listeners', 'public', () => listener.close());
  // Before anything is created: a port that is in use ends the start without a trace in the database.
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
  const services = await prepare(core, database, environment, credentials);
  shutdown.add('loops', 'cluster', () => services.instances.unregister());
  await registerInstance(services, environment.pid);
  listener.use(createApp(services).callback());
  adminSocket.use(services);
  core.lifecycle.isReady = async () =>
    !services.lifecycle.stopping && (await isDatabaseReady(services, config.current));
  shutdown.drainFor(() => config.current.server.drainDelay);
  shutdown.add('loops', 'signing keys', startKeyRotation(services));
  shutdown.add('loops', 'revisions', startRevisionPolling(services));
  shutdown.add('loops', 'housekeeping', startKeyCleanup(services));
  shutdown.add('loops', 'retention', startRetention(services));
  shutdown.add('loops', 'census', startStatistics(services));
  if (core.lifecycle.waitingFor !== undefined) {
    log.info({ event: 'service.ready', url: listener.url }, 'database available; ready');
  } else logStartupInfo(core, environment, { listener, database, metricsUrl });
  shutdown.add('loops', 'mail', startMailDelivery(services, { isProduction: core.nodeEnv === 'production' }));
};

/**
 * `rollcall serve`: opens the database, migrates, listens, serves until SIGTERM or SIGINT.
 * @returns the exit code: 0 after an orderly stop, 1 when it was cut short or the start failed, 2 for bad configuration
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
    // A stop that comes during the start ends what the start is doing: no failure of the start.
    if (lifecycle.stopping) return (await shutdown.finished) ? exitCodes.ok : exitCodes.failed;
    await shutdown.abandon();
    if (error instanceof CommandError) log.fatal({ event: 'service.start_failed' }, error.message);
    throw error;
  } finally {
    for (const remove of release) remove();
  }
};
