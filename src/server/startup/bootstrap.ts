import { join } from 'node:path';
import { systemClock } from '../../clock.js';
import { Config } from '../../config/config.js';
import { ConfigError } from '../../config/issue.js';
import { logLevelAt } from '../live-settings/log-level.js';
import { nodeEnvWarnings } from '../../config/files/environment.js';
import { baseFields, createLogger, type Logger } from '../../observability/logger.js';
import { Metrics } from '../../observability/metrics.js';
import { Tracing } from '../../observability/tracing/tracing.js';
import { readBuildInfo } from './build-info.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../process/environment.js';
import type { ServiceOptions } from './open-services.js';
import { observeService } from './service-metrics.js';

/** What every command needs before it opens a database: settings, log, metrics, clock. */
export type CoreServices = Omit<ServiceOptions, 'db'> & {
  readonly tracing: Tracing;
  readonly nodeEnv: string;
  /** Where an embedded database and generated secrets are kept. */
  readonly dataDir: string;
};

/** Where the configuration of a process lies. */
export const configDirectory = ({ env, cwd }: Pick<ProcessEnvironment, 'env' | 'cwd'>): string =>
  env['ROLLCALL_CONFIG_DIR'] ?? join(cwd, 'config');

/**
 * Reads the configuration and makes the log.
 * @param secrets `optional` for a command that uses none
 * @param lentLog a log to write to instead of standard output, at the level that it has
 * @throws {CommandError} exit 2 and a line for each fault of the configuration
 */
export const bootstrap = (environment: ProcessEnvironment, lentLog?: Logger, secrets?: 'optional'): CoreServices => {
  const build = readBuildInfo(environment.nodeVersion);
  const log = lentLog ?? createLogger('info', undefined, baseFields(build, environment.pid));
  const nodeEnv = environment.env['NODE_ENV'] ?? 'development';
  const dataDir = join(environment.cwd, '.data');
  const metrics = new Metrics();
  try {
    const directory = configDirectory(environment);
    const parts = { log, metrics, clock: systemClock, dataDir, ...(secrets && { secrets }) };
    const config = Config.open({ directory, nodeEnv, env: environment.env, ...parts });
    if (!lentLog) log.level = logLevelAt(config.current, systemClock.now()).level;
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
