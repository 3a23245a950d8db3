import { join } from 'node:path';
import type { BuildInfo } from '../../build-info.js';
import { systemClock } from '../../clock.js';
import { Config } from '../../config/config.js';
import { ConfigError } from '../../config/issue.js';
import { logLevelAt } from '../live-settings/log-level.js';
import { nodeEnvWarnings } from '../../config/files/environment.js';
import { baseFields, createLogger, type Logger } from '../../observability/logger.js';
import { Metrics } from '../../observability/metrics.js';
import { Tracing } from '../../observability/tracing/tracing.js';
import type { Lifecycle } from '../../services.js';
import { readBuildInfo } from './build-info.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../process/environment.js';
import type { ServiceOptions } from './open-services.js';

/** Registers the metrics that do not need a database. */
const observeService = (metrics: Metrics, { version, commit, nodeVersion }: BuildInfo, lifecycle: Lifecycle): void => {
  metrics
    .gauge('rollcall_build_info', 'Version, commit and Node.js version of the service, always 1.', [
      'version',
      'commit',
      'node_version',
    ])
    .set({ version, commit: commit ?? 'unknown', node_version: nodeVersion }, 1);
  metrics.gauge(
    'rollcall_ready',
    'Whether the service can handle traffic (1) or not (0), determined at each scrape.',
    [],
    async (gauge) => {
      const isReady = (await lifecycle.isReady?.().catch(() => false)) ?? false;
      gauge.set(isReady ? 1 : 0);
    },
  );
};

/** Services that need no database: configuration, log, metrics, clock. */
export type CoreServices = Omit<ServiceOptions, 'db'> & {
  readonly tracing: Tracing;
  readonly nodeEnv: string;
  /** Directory of the embedded database and generated secrets. */
  readonly dataDir: string;
};

/** The configuration directory of a process. */
export const configDirectory = ({ env, cwd }: Pick<ProcessEnvironment, 'env' | 'cwd'>): string =>
  env['ROLLCALL_CONFIG_DIR'] ?? join(cwd, 'config');

/**
 * Reads the configuration and creates the services that need no database.
 * @param logger replaces the log on standard output; its level is not changed
 * @param secrets `optional` for a command that uses no secrets
 * @throws {CommandError} exit code 2 and one line for each error in the configuration
 */
export const bootstrap = (environment: ProcessEnvironment, logger?: Logger, secrets?: 'optional'): CoreServices => {
  const build = readBuildInfo(environment.nodeVersion);
  const log = logger ?? createLogger('info', undefined, baseFields(build, environment.pid));
  const nodeEnv = environment.env['NODE_ENV'] ?? 'development';
  const dataDir = join(environment.cwd, '.data');
  const metrics = new Metrics();
  try {
    const directory = configDirectory(environment);
    const parts = { log, metrics, clock: systemClock, dataDir, ...(secrets && { secrets }) };
    const config = Config.open({ directory, nodeEnv, env: environment.env, ...parts });
    if (!logger) log.level = logLevelAt(config.current, systemClock.now()).level;
    for (const warning of nodeEnvWarnings(nodeEnv, config.status.files)) {
      log.warn({ event: 'config.node_env_warning' }, warning);
    }
    const lifecycle = { startedAtMs: systemClock.monotonicMs(), stopping: false };
    observeService(metrics, build, lifecycle);
    const tracing = new Tracing({ log, metrics, version: build.version });
    const threads = environment.threadPoolSize === undefined ? {} : { threadPoolSize: environment.threadPoolSize };
    return { config, log, metrics, tracing, clock: systemClock, build, lifecycle, nodeEnv, dataDir, ...threads };
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message, exitCodes.badConfiguration);
    throw error;
  }
};
