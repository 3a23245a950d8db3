import { createApp } from '../../src/app.js';
import type { Clock } from '../../src/clock.js';
import { Config } from '../../src/config/config.js';
import type { Settings } from '../../src/config/settings.js';
import { Database, type PoolSettings } from '../../src/database/database.js';
import { createLogger, type Logger } from '../../src/observability/logger.js';
import { Metrics } from '../../src/observability/metrics.js';
import type { PasswordHashSettings } from '../../src/security/settings.js';
import { HttpListener } from '../../src/server/http-listener.js';
import { startHousekeeping } from '../../src/server/housekeeping.js';
import { openServices } from '../../src/server/open-services.js';
import { followLogLevel, followPool, followTimeouts, poolSettings } from '../../src/server/subscribe.js';
import type { Services } from '../../src/services.js';
import type { LogCapture } from './log-capture.js';
import type { LeasedDatabase } from './schema/leased-database.js';

/** What one app of a scenario is started with. */
export interface AppOptions {
  readonly configDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly capture: LogCapture;
  readonly databaseUrl: string;
  readonly schema: string;
  /** Named in the sessions of a pool of its own. */
  readonly applicationName: string;
  /** Used when the app wants the same settings; else the app gets a pool of its own. */
  readonly kept?: LeasedDatabase;
}

/** Times that keep a suite quick, the watch being the real one, and that a busy machine cannot break. */
const times = { quietMs: 15, pollMs: 250, numberingMs: 5_000 };

/** bcrypt rounds that a suite saves at every cost; a changed cost stays a changed cost. */
const sparedRounds = 8;
const lowestCost = 4;

const build = { version: '0.0.0-features', commit: null, buildDate: null, nodeVersion: 'v20' };

const quickHashes = (config: Config): { readonly current: PasswordHashSettings } => ({
  get current() {
    const { bcryptCost, pepper } = config.current.password;
    return { password: { bcryptCost: Math.max(lowestCost, bcryptCost - sparedRounds), pepper } };
  },
});

const isEqual = (one: PoolSettings, other: PoolSettings): boolean => JSON.stringify(one) === JSON.stringify(other);

/** An app of a scenario: the service's own parts, on a port of its own. */
export class ScenarioApp {
  private constructor(
    readonly url: string,
    readonly services: Services,
    readonly configDirectory: string,
    private readonly config: Config,
    private readonly listener: HttpListener,
    private readonly ownDatabase: Database | null,
    private readonly stopHousekeeping: () => Promise<void>,
  ) {}

  /**
   * Opens everything that `rollcall serve` opens, but no process.
   * @throws {ConfigError} when the settings are refused
   */
  static async start(options: AppOptions): Promise<ScenarioApp> {
    const { clock, capture, configDirectory, env } = options;
    const log = createLogger('info', capture);
    const metrics = new Metrics();
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
    log.level = config.current.logging.level;
    const { database, isOwn } = openDatabase(options, config.current, log, metrics);
    const listener = new HttpListener((_request, response) => response.writeHead(503).end(), config.current.server);
    try {
      const services = await openServices({
        config,
        db: database,
        clock,
        log,
        metrics,
        build,
        life: { startedAtMs: clock.monotonicMs(), stopping: false },
        checkAnswers: true,
        hashSettings: quickHashes(config),
      });
      followLogLevel(config, log);
      followPool(config, database);
      followTimeouts(config, listener);
      listener.use(createApp(services).callback());
      await listener.listen('127.0.0.1', 0);
      services.life.url = listener.url;
      const own = isOwn ? database : null;
      const stop = startHousekeeping(services);
      return new ScenarioApp(listener.url, services, configDirectory, config, listener, own, stop);
    } catch (error) {
      await config.close();
      if (isOwn) await database.close();
      throw error;
    }
  }

  /** Begins to follow the files, unless it does; what is in force has its number by then. */
  async watch(): Promise<Config> {
    await this.config.watch();
    await this.config.registered();
    return this.config;
  }

  /** Ends it in the order of a shutdown; connections of clients must be closed or idle. */
  async close(): Promise<void> {
    this.services.life.stopping = true;
    await this.listener.close();
    await this.stopHousekeeping();
    await this.config.close();
    await this.ownDatabase?.close();
  }
}

const openDatabase = (
  { kept, databaseUrl, schema, applicationName }: AppOptions,
  settings: Settings,
  log: Logger,
  metrics: Metrics,
): { readonly database: Database; readonly isOwn: boolean } => {
  const wanted = poolSettings(settings);
  if (kept !== undefined && isEqual(kept.settings, wanted)) {
    for (const metric of kept.metrics.registry.getMetricsAsArray()) metrics.registry.registerMetric(metric as never);
    return { database: kept, isOwn: false };
  }
  return {
    database: new Database({ url: databaseUrl, schema, ...wanted, log, metrics, applicationName }),
    isOwn: true,
  };
};
