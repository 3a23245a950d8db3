import { createApp } from '../app.js';
import type { BuildInfo } from '../build-info.js';
import type { Clock } from '../clock.js';
import { Config } from '../config/config.js';
import type { ValidatedFiles } from '../config/files/validate.js';
import type { Settings } from '../config/schema/schema.js';
import { type Database } from '../database/database.js';
import { createLogger, type Logger } from '../observability/logger.js';
import { Metrics } from '../observability/metrics.js';
import { Tracing } from '../observability/tracing/tracing.js';
import { HttpListener } from '../server/listeners/http-listener.js';
import { openServices, registerInstance } from '../server/startup/open-services.js';
import { reportParseErrors } from '../server/listeners/parse-errors.js';
import { Shutdown } from '../server/shutdown.js';
import { applyHttpTimeouts, applyPoolSettings } from '../server/live-settings/connections.js';
import { applyLogLevel } from '../server/live-settings/log-level.js';
import { applyTelemetrySettings } from '../server/live-settings/telemetry.js';
import type { Services } from '../services.js';

/** What an app passes to the function that opens its database. */
export interface DatabaseParts {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

/** Options for `InProcessApp.start`. */
export interface InProcessAppOptions {
  readonly configDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Validation results to reuse for unchanged files. */
  readonly validated?: ValidatedFiles;
  readonly clock: Clock;
  /** The port to listen on; a free one by default. */
  readonly port?: number;
  /** Receives the lines of the log. */
  readonly logTo: { write(line: string): void };
  /**
   * Opens the migrated database.
   * @returns `isOwn`: whether the app closes it
   */
  readonly openDatabase: (
    settings: Settings,
    parts: DatabaseParts,
  ) => { readonly database: Database; readonly isOwn: boolean };
  /** Starts background jobs. Each returned function stops one. */
  readonly startJobs: (services: Services) => readonly (() => Promise<unknown>)[];
  readonly build: BuildInfo;
  /** Whether a response that violates its schema becomes a 500; see Services. */
  readonly validateResponses: boolean;
}

/**
 * Short intervals of the file watcher, so that tests are fast, and a long timeout for the database, so that they pass
 * on a busy machine.
 */
const times = { quietMs: 15, pollMs: 250, numberingMs: 5_000 };
const logLevelTickMs = 20;
const traceLimits = { queue: 200, batch: 50, delayMs: 20, timeoutMs: 500 };

/** Subtracted from each bcrypt cost, so that tests are fast and different costs stay different. */
const sparedRounds = 8;
const lowestCost = 4;

const hashCost = (configured: number): number => Math.max(lowestCost, configured - sparedRounds);

/** The service in the process of a test: its components and a port, without the handling of process signals. */
export class InProcessApp {
  #shutdown: Shutdown | undefined;

  private constructor(
    readonly url: string,
    readonly services: Services,
    readonly configDirectory: string,
    private readonly config: Config,
    private readonly listener: HttpListener,
    private readonly ownDatabase: Database | null,
    private readonly stopJobs: () => Promise<unknown>,
  ) {}

  /**
   * Opens everything that `rollcall serve` opens, in this process.
   * @throws {ConfigError} for invalid settings
   */
  static async start(options: InProcessAppOptions): Promise<InProcessApp> {
    const { clock, logTo, configDirectory, env, build } = options;
    const log = createLogger('info', logTo);
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
      ...(options.validated && { validated: options.validated }),
    });
    const { database, isOwn } = options.openDatabase(config.current, { log, metrics, tracing });
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
        validateResponses: options.validateResponses,
        hashCost,
      });
      applyPoolSettings(config, database);
      await applyTelemetrySettings({ config, tracing });
      applyHttpTimeouts(config, listener);
      listener.use(createApp(services).callback());
      await listener.listen('127.0.0.1', options.port ?? 0);
      services.lifecycle.url = listener.url;
      const own = isOwn ? database : null;
      const jobs = options.startJobs(services);
      const stop = (): Promise<unknown> => {
        stopLogLevel();
        return Promise.all(jobs.map((end) => end()));
      };
      return new InProcessApp(listener.url, services, configDirectory, config, listener, own, stop);
    } catch (error) {
      stopLogLevel();
      await tracing.close();
      await config.close();
      if (isOwn) await database.close();
      throw error;
    }
  }

  /**
   * Starts to watch the files unless they are watched already, and waits until the active configuration has a revision
   * number.
   */
  async watch(): Promise<Config> {
    await this.config.watch();
    await this.config.ensureNumbered();
    return this.config;
  }

  /** Registers this instance, so that it exchanges changes with the other instances. */
  async join(): Promise<void> {
    await registerInstance(this.services, process.pid);
  }

  /**
   * Begins a shutdown, like a signal to the process; a second call is like a second signal.
   * @returns whether all requests ended in time
   */
  stop(): Promise<boolean> {
    this.#shutdown ??= this.#prepareStop();
    this.#shutdown.begin('the test');
    return this.#shutdown.finished;
  }

  #prepareStop(): Shutdown {
    const { log, lifecycle } = this.services;
    const shutdown = new Shutdown({ log, lifecycle, timeoutMs: () => this.config.current.server.shutdownTimeout });
    shutdown.drainFor(() => this.config.current.server.drainDelay);
    shutdown.add('listeners', 'public', () => this.listener.close());
    return shutdown;
  }

  /** Closes everything in the order of a shutdown. Connections of clients must be closed or idle. */
  async close(): Promise<void> {
    this.services.lifecycle.stopping = true;
    await this.listener.close();
    await this.stopJobs();
    await this.services.tracing.close();
    await this.services.instances.unregister();
    await this.config.close();
    await this.ownDatabase?.close();
  }
}
