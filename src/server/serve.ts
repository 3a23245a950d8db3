import { createApp } from '../app.js';
import { MigrationLockError } from '../database/migration-lock.js';
import { migrateUp } from '../database/migrations.js';
import { KeyRingError } from '../security/key-ring.js';
import type { Services } from '../services.js';
import { announce } from './announce.js';
import { bootstrapAdministrator, randomAdministrator, type AdministratorLogin } from './administrator.js';
import { openDatabase, waitForDatabase, type DatabaseSource } from './database-source.js';
import { followLogLevel } from './follow-log-level.js';
import { joinCluster } from './join-cluster.js';
import { followKeys } from './follow-keys.js';
import { followTelemetry } from './follow-telemetry.js';
import { layFoundation, type Foundation } from './foundation.js';
import { followRevisions, numberConfiguration } from './follow-revisions.js';
import { HttpListener } from './http-listener.js';
import { exitCodes, StartError, type Host } from './host.js';
import { startHousekeeping } from './housekeeping.js';
import { metricsApp } from './metrics-app.js';
import { openServices } from './open-services.js';
import { startRetention } from './retention.js';
import { Shutdown } from './shutdown.js';
import { startMail } from './start-mail.js';
import { startingApp } from './starting-app.js';
import { followPool, followTimeouts } from './subscribe.js';

/** How long new connections are still taken after the signal, unready, so that whoever sends them can learn of it; ms. */
const drainMs = 500;

/** Listens, or says in one line why not. */
const listen = async (listener: HttpListener, host: string, port: number): Promise<void> => {
  try {
    await listener.listen(host, port);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new StartError(`cannot listen on ${host}:${String(port)} (${code})`);
  }
};

/** The login that the environment names for the first administrator, or one at random for an embedded database. */
const firstAdministrator = (
  { env }: Host,
  { isEmbedded }: DatabaseSource,
): { login: AdministratorLogin; isRandom: boolean } | undefined => {
  const username = env['ROLLCALL_BOOTSTRAP_ADMIN_USERNAME'];
  const password = env['ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD'];
  if (username !== undefined && password !== undefined) return { login: { username, password }, isRandom: false };
  return isEmbedded ? { login: randomAdministrator(), isRandom: true } : undefined;
};

/** Brings the schema up to date, opens the services and makes the first administrator. */
const prepare = async (foundation: Foundation, source: DatabaseSource, host: Host): Promise<Services> => {
  const services = await openMigrated(foundation, source);
  await numberConfiguration(services);
  const first = firstAdministrator(host, source);
  const isMade = first !== undefined && (await bootstrapAdministrator(services, first.login));
  if (isMade && first.isRandom) {
    const { username, password } = first.login;
    host.stderr.write(`First administrator: ${username} with password ${password} (shown this once)\n`);
  }
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

/** Opens the listener for Prometheus, if it is wanted. A port that is taken costs the metrics, not the service. */
const listenForMetrics = async ({ config, log, metrics }: Foundation, shutdown: Shutdown): Promise<string | null> => {
  const { enabled, host, port } = config.current.metrics;
  if (!enabled) return null;
  metrics.observeProcess();
  const listener = new HttpListener(metricsApp(metrics));
  try {
    await listen(listener, host, port);
  } catch (error) {
    log.error({ err: error }, 'metrics are not served: people can log in all the same');
    return null;
  }
  shutdown.add('listeners', 'metrics', () => listener.close());
  return listener.url;
};

/** The steps of a start, each with what undoes it; resolves when the service is up or was stopped meanwhile. */
const start = async (foundation: Foundation, host: Host, shutdown: Shutdown): Promise<void> => {
  const { config, log } = foundation;
  const source = await openDatabase(foundation, host);
  shutdown.add('stores', 'database', () => source.close());
  const listener = new HttpListener(startingApp(foundation).callback(), config.current.server);
  shutdown.add('listeners', 'public', () => listener.close(drainMs));
  shutdown.add('loops', 'log level', followLogLevel(foundation));
  followPool(config, source.db);
  await followTelemetry(foundation);
  shutdown.add('stores', 'telemetry', () => foundation.tracing.close());
  followTimeouts(config, listener);
  await config.watch();
  shutdown.add('loops', 'configuration watch', () => config.close());
  const metricsUrl = await listenForMetrics(foundation, shutdown);
  const open = async (): Promise<void> => {
    if (listener.isListening) return;
    await listen(listener, config.current.server.host, config.current.server.port);
    foundation.life.url = listener.url;
  };
  const onAbsent = async (): Promise<void> => {
    log.warn({ database: source.description }, 'the database does not answer: live but not ready until it does');
    await open();
    announce(foundation, host, { listener, source, metricsUrl });
  };
  if (!(await waitForDatabase(source, { onAbsent, signal: shutdown.signal }))) return;
  const services = await prepare(foundation, source, host);
  shutdown.add('loops', 'cluster', () => services.cluster.leave());
  await joinCluster(services, host.pid);
  listener.use(createApp(services).callback());
  const wasAbsent = listener.isListening;
  await open();
  shutdown.add('loops', 'signing keys', followKeys(services));
  shutdown.add('loops', 'revisions', followRevisions(services));
  shutdown.add('loops', 'housekeeping', startHousekeeping(services));
  shutdown.add('loops', 'retention', startRetention(services));
  if (wasAbsent) log.info({ url: listener.url }, 'the database answers: ready');
  else announce(foundation, host, { listener, source, metricsUrl });
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
      // What becomes of the reload is told by itself; only during a stop there is none.
      config.reload('signal').catch((error: unknown) => {
        log.debug({ err: error }, 'SIGHUP comes too late');
      });
    }),
  ];
  try {
    await start(foundation, host, shutdown);
    return (await shutdown.finished) ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    // A stop that comes during the start ends what the start is doing: no failure of the start.
    if (life.stopping) return (await shutdown.finished) ? exitCodes.ok : exitCodes.failed;
    await shutdown.abandon();
    throw error;
  } finally {
    for (const remove of release) remove();
  }
};
