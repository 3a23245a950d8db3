import { createApp } from '../app.js';
import { MigrationLockError } from '../database/migration-lock.js';
import { migrateUp } from '../database/migrations.js';
import { KeyRingError } from '../security/key-ring.js';
import type { Services, StartupReason } from '../services.js';
import { openAdminSocket } from './admin-socket/admin-socket.js';
import { announce } from './announce.js';
import type { AdministratorLogin } from './administrator.js';
import { isDatabaseReady } from '../handlers/system/ready.js';
import { bootstrapLogin } from './bootstrap-login.js';
import { startCensus } from './census.js';
import { openDatabase, type DatabaseSource } from './database-source.js';
import { ensureFirstAdministrator } from './first-administrator.js';
import { followLogLevel } from './follow-log-level.js';
import { registerInstance } from './register-instance.js';
import { followKeys } from './follow-keys.js';
import { followTelemetry } from './follow-telemetry.js';
import { layFoundation, type Foundation } from './foundation.js';
import { followRevisions, ensureNumbered } from './follow-revisions.js';
import { HttpListener } from './http-listener.js';
import { exitCodes, StartError, type Host } from './host.js';
import { startHousekeeping } from './housekeeping.js';
import { listenForMetrics, listenOn } from './listeners.js';
import { openServices } from './open-services.js';
import { startRetention } from './retention.js';
import { reportParseErrors } from './parse-errors.js';
import { Shutdown } from './shutdown.js';
import { startMail } from './start-mail.js';
import { startingApp } from './starting-app.js';
import { followPool, followTimeouts } from './subscribe.js';
import { logSession, logWaiting, waitForDatabase } from './wait-for-database.js';

/** Brings the schema up to date, opens the services and makes the first administrator. */
const prepare = async (
  foundation: Foundation,
  source: DatabaseSource,
  host: Host,
  login: AdministratorLogin | undefined,
): Promise<Services> => {
  const services = await openMigrated(foundation, source);
  await ensureNumbered(services);
  const isProduction = foundation.nodeEnv === 'production';
  await ensureFirstAdministrator(services, { host, login, isEmbedded: source.isEmbedded, isProduction });
  return services;
};

/** @throws {StartError} with one line for what the operator can mend */
const openMigrated = async (foundation: Foundation, { db }: DatabaseSource): Promise<Services> => {
  try {
    if (foundation.config.current.database.migrateOnStart) await migrateUp(db.knex, foundation.log);
    return await openServices({ ...foundation, db });
  } catch (error) {
    if (error instanceof KeyRingError || error instanceof MigrationLockError) throw new StartError(error.message);
    throw error;
  }
};

/** The steps of a start, each with its cleanup; resolves when the service is up or was stopped before that. */
const start = async (foundation: Foundation, host: Host, shutdown: Shutdown): Promise<void> => {
  const { config, log } = foundation;
  const login = await bootstrapLogin(foundation, host);
  const listener = new HttpListener(
    startingApp(foundation).callback(),
    config.current.server,
    reportParseErrors(foundation),
  );
  shutdown.add('listeners', 'public', () => listener.close());
  // Before anything is created: a port that is in use ends the start without a trace in the database.
  await listenOn(listener, config, 'server');
  foundation.life.url = listener.url;
  const metricsUrl = await listenForMetrics(foundation, shutdown);
  const adminSocket = await openAdminSocket(foundation, host, shutdown);
  const source = await openDatabase(foundation, host);
  shutdown.add('stores', 'database', () => source.close());
  shutdown.add('loops', 'log level', followLogLevel(foundation));
  followPool(config, source.db);
  await followTelemetry(foundation);
  shutdown.add('stores', 'telemetry', () => foundation.tracing.close());
  followTimeouts(config, listener);
  await config.watch();
  shutdown.add('loops', 'configuration watch', () => config.close());
  const onWaiting = (reason: StartupReason): void => {
    logWaiting(log, source, reason);
    if (foundation.life.waitingFor === undefined) announce(foundation, host, { listener, source, metricsUrl });
    foundation.life.waitingFor = reason;
  };
  const needsSchema = !config.current.database.migrateOnStart;
  const waiting = { onWaiting, signal: shutdown.signal, needsWrites: true, needsSchema };
  const session = await waitForDatabase(source, waiting);
  if (session === null) return;
  logSession(foundation, source, session);
  const services = await prepare(foundation, source, host, login);
  shutdown.add('loops', 'cluster', () => services.instances.unregister());
  await registerInstance(services, host.pid);
  listener.use(createApp(services).callback());
  adminSocket.use(services);
  foundation.life.isReady = async () => !services.life.stopping && (await isDatabaseReady(services, config.current));
  shutdown.drainFor(() => config.current.server.drainDelay);
  shutdown.add('loops', 'signing keys', followKeys(services));
  shutdown.add('loops', 'revisions', followRevisions(services));
  shutdown.add('loops', 'housekeeping', startHousekeeping(services));
  shutdown.add('loops', 'retention', startRetention(services));
  shutdown.add('loops', 'census', startCensus(services));
  if (foundation.life.waitingFor !== undefined) {
    log.info({ event: 'service.ready', url: listener.url }, 'database available; ready');
  } else announce(foundation, host, { listener, source, metricsUrl });
  shutdown.add('loops', 'mail', startMail(services, { isProduction: foundation.nodeEnv === 'production' }));
};

/**
 * `rollcall serve`: opens the database, migrates, listens, serves until SIGTERM or SIGINT.
 * @returns the exit code: 0 after an orderly stop, 1 when it was cut short or the start failed, 2 for bad configuration
 */
export const serve = async (host: Host): Promise<number> => {
  const foundation = layFoundation(host);
  const { config, life, log } = foundation;
  const shutdown = new Shutdown({ log, life, timeoutMs: () => config.current.server.shutdownTimeout });
  const release = [
    host.onSignal('SIGTERM', () => {
      shutdown.begin('SIGTERM');
    }),
    host.onSignal('SIGINT', () => {
      shutdown.begin('SIGINT');
    }),
    host.onSignal('SIGHUP', () => {
      // The reload logs its own result; it is rejected only during a shutdown.
      config.reload('signal').catch((error: unknown) => {
        log.debug({ event: 'config.reload_too_late', err: error }, 'SIGHUP ignored during shutdown');
      });
    }),
  ];
  try {
    const started = start(foundation, host, shutdown);
    shutdown.waitFor(started);
    await started;
    return (await shutdown.finished) ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    // A stop that comes during the start ends what the start is doing: no failure of the start.
    if (life.stopping) return (await shutdown.finished) ? exitCodes.ok : exitCodes.failed;
    await shutdown.abandon();
    if (error instanceof StartError) log.fatal({ event: 'service.start_failed' }, error.message);
    throw error;
  } finally {
    for (const remove of release) remove();
  }
};
