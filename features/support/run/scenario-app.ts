import { createApp } from '../../../src/app.js';
import type { Clock } from '../../../src/clock.js';
import { Config } from '../../../src/config/config.js';
import type { Settings } from '../../../src/config/schema/schema.js';
import { Database } from '../../../src/database/database.js';
import type { PoolSettings } from '../../../src/database/reconfiguration.js';
import { createLogger, type Logger } from '../../../src/observability/logger.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { Tracing } from '../../../src/observability/tracing/tracing.js';
import { startSigningKeyRotation } from '../../../src/jobs/signing-key-rotation.js';
import { HttpListener } from '../../../src/server/listeners/http-listener.js';
import { startSigningKeyCleanup } from '../../../src/jobs/signing-key-cleanup.js';
import { openServices, registerInstance } from '../../../src/server/startup/open-services.js';
import { reportParseErrors } from '../../../src/server/listeners/parse-errors.js';
import { Shutdown } from '../../../src/server/shutdown.js';
import { applyHttpTimeouts, applyPoolSettings, poolSettings } from '../../../src/server/live-settings/connections.js';
import { applyLogLevel } from '../../../src/server/live-settings/log-level.js';
import { applyTelemetrySettings } from '../../../src/server/live-settings/telemetry.js';
import type { Services } from '../../../src/services.js';
import type { LogCapture } from '../observability/log-capture.js';
import type { LeasedDatabase } from '../schema/leased-database.js';

/** What one app of a scenario is started with. */
export interface AppOptions {
  readonly configDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly capture: LogCapture;
  readonly databaseUrl: string;
  readonly schema: string;
  /** Application name of the sessions of a separate pool. */
  readonly applicationName: string;
  /** Used if the app needs the same settings; otherwise the app gets a separate pool. */
  readonly kept?: LeasedDatabase;
}

/** Times that keep a suite quick, the watch being the real one, and that a busy machine cannot break. */
const times = { quietMs: 15, pollMs: 250, numberingMs: 5_000 };
const logLevelTickMs = 20;
const traceLimits = { queue: 200, batch: 50, delayMs: 20, timeoutMs: 500 };

/** Idle time of a connection after which a separate pool closes it, in milliseconds. */
const idleTimeoutMs = 500;

/** bcrypt rounds that a suite saves at every cost; a changed cost stays a changed cost. */
const sparedRounds = 8;
const lowestCost = 4;

const build = { version: '0.0.0-features', commit: null, buildDate: null, nodeVersion: 'v20' };

const hashCost = (configured: number): number => Math.max(lowestCost, configured - sparedRounds);

const isEqual = (one: PoolSettings, other: PoolSettings): boolean => JSON.stringify(one) === JSON.stringify(other);

/** An app of a scenario, with the components of the service and a separate port. */
export class ScenarioApp {
  #shutdown: Shutdown | undefined;

  private constructor(
    readonly url: string,
    readonly services: Services,
    readonly configDirectory: string,
    private readonly config: Config,
    private readonly listener: HttpListener,
    private readonly ownDatabase: Database | null,
    private readonly stopLoops: () => Promise<unknown>,
  ) {}

  /**
   * Opens everything that `rollcall serve` opens, but no process.
   * @throws {ConfigError} when the settings are refused
   */
  static async start(options: AppOptions): Promise<ScenarioApp> {
    const { clock, capture, configDirectory, env } = options;
    const log = createLogger('info', capture);
    const metrics = new Metrics();
    const tracing = new Tracing({ log, metrics, version: build.version, limits: traceLimits });
    const config = Config.open({
      directory: configDirectory,
      nodeEnv: 'test',
      env,
      log,
      metrics,
      clock,
      dataDir: configDirectory,
      times,
    });
    const { database, isOwn } = openDatabase(options, config.current, { log, metrics, tracing });
    const stopLogLevel = applyLogLevel({ config, log, clock }, logLevelTickMs);
    const listener = new HttpListener(
      (_request, response) => response.writeHead(503).end(),
      config.current.server,
      reportParseErrors({ config, log, metrics }),
    );
    try {
      const services = await openServices({
        config,
        db: database,
        clock,
        log,
        metrics,
        tracing,
        build,
        lifecycle: { startedAtMs: clock.monotonicMs(), stopping: false },
        validateResponses: true,
        hashCost,
      });
      applyPoolSettings(config, database);
      await applyTelemetrySettings({ config, tracing });
      applyHttpTimeouts(config, listener);
      listener.use(createApp(services).callback());
      await listener.listen('127.0.0.1', 0);
      services.lifecycle.url = listener.url;
      const own = isOwn ? database : null;
      const loops = [startSigningKeyRotation(services), startSigningKeyCleanup(services)];
      const stop = (): Promise<unknown> => {
        stopLogLevel();
        return Promise.all(loops.map((end) => end()));
      };
      return new ScenarioApp(listener.url, services, configDirectory, config, listener, own, stop);
    } catch (error) {
      stopLogLevel();
      await tracing.close();
      await config.close();
      if (isOwn) await database.close();
      throw error;
    }
  }

  /** Starts to watch the files, unless it does already; the active configuration has a revision number afterwards. */
  async watch(): Promise<Config> {
    await this.config.watch();
    await this.config.ensureNumbered();
    return this.config;
  }

  /** Joins the other instances and starts the background work. */
  async join(): Promise<void> {
    await registerInstance(this.services, process.pid);
  }

  /**
   * Begins to stop, as after a signal to the process; again, as after a second one.
   * @returns whether all requests ended in time
   */
  stop(): Promise<boolean> {
    this.#shutdown ??= this.#prepareStop();
    this.#shutdown.begin('the scenario');
    return this.#shutdown.finished;
  }

  #prepareStop(): Shutdown {
    const { log, lifecycle } = this.services;
    const shutdown = new Shutdown({ log, lifecycle, timeoutMs: () => this.config.current.server.shutdownTimeout });
    shutdown.drainFor(() => this.config.current.server.drainDelay);
    shutdown.add('listeners', 'public', () => this.listener.close());
    return shutdown;
  }

  /** Ends it in the order of a shutdown; connections of clients must be closed or idle. */
  async close(): Promise<void> {
    this.services.lifecycle.stopping = true;
    await this.listener.close();
    await this.stopLoops();
    await this.services.tracing.close();
    await this.services.instances.unregister();
    await this.config.close();
    await this.ownDatabase?.close();
  }
}

const openDatabase = (
  { kept, databaseUrl, schema, applicationName }: AppOptions,
  settings: Settings,
  { log, metrics, tracing }: { readonly log: Logger; readonly metrics: Metrics; readonly tracing: Tracing },
): { readonly database: Database; readonly isOwn: boolean } => {
  const wanted = poolSettings(settings);
  if (kept !== undefined && isEqual(kept.settings, wanted)) {
    for (const metric of kept.metrics.registry.getMetricsAsArray()) {
      if (metrics.registry.getSingleMetric(metric.name) === undefined) metrics.registry.registerMetric(metric as never);
    }
    return { database: kept, isOwn: false };
  }
  return {
    database: new Database({
      url: databaseUrl,
      schema,
      ...wanted,
      log,
      metrics,
      tracing,
      applicationName,
      idleTimeoutMs,
    }),
    isOwn: true,
  };
};
