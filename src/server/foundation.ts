import { join } from 'node:path';
import { systemClock } from '../clock.js';
import { Config } from '../config/config.js';
import { ConfigError } from '../config/issue.js';
import { logLevelAt } from '../config/log-level.js';
import { nodeEnvWarnings } from '../config/files/node-env.js';
import { baseFields, createLogger, type Logger } from '../observability/logger.js';
import { Metrics } from '../observability/metrics.js';
import { Tracing } from '../observability/tracing/tracing.js';
import { readBuildInfo } from './build-facts.js';
import { exitCodes, StartError, type Host } from './host.js';
import type { ServiceParts } from './open-services.js';
import { observeService } from './service-metrics.js';

/** What every command needs before it opens a database: settings, log, metrics, clock. */
export type Foundation = Omit<ServiceParts, 'db'> & {
  readonly tracing: Tracing;
  readonly nodeEnv: string;
  /** Where an embedded database and generated secrets are kept. */
  readonly dataDir: string;
};

/** Where the configuration of a process lies. */
export const configDirectory = ({ env, cwd }: Pick<Host, 'env' | 'cwd'>): string =>
  env['ROLLCALL_CONFIG_DIR'] ?? join(cwd, 'config');

/**
 * Reads the configuration and makes the log.
 * @param secrets `optional` for a command that uses none
 * @param lentLog a log to write to instead of standard output, at the level that it has
 * @throws {StartError} exit 2 and a line for each fault of the configuration
 */
export const layFoundation = (host: Host, lentLog?: Logger, secrets?: 'optional'): Foundation => {
  const build = readBuildInfo(host.nodeVersion);
  const log = lentLog ?? createLogger('info', undefined, baseFields(build, host.pid));
  const nodeEnv = host.env['NODE_ENV'] ?? 'development';
  const dataDir = join(host.cwd, '.data');
  const metrics = new Metrics();
  try {
    const directory = configDirectory(host);
    const parts = { log, metrics, clock: systemClock, dataDir, ...(secrets && { secrets }) };
    const config = Config.open({ directory, nodeEnv, env: host.env, ...parts });
    if (!lentLog) log.level = logLevelAt(config.current, systemClock.now()).level;
    for (const warning of nodeEnvWarnings(nodeEnv, config.status.files)) {
      log.warn({ event: 'config.node_env_warning' }, warning);
    }
    const life = { startedAtMs: systemClock.monotonicMs(), stopping: false };
    observeService(metrics, build, life);
    const tracing = new Tracing({ log, metrics, version: build.version });
    const threads = host.threadPoolSize === undefined ? {} : { threadPoolSize: host.threadPoolSize };
    return { config, log, metrics, tracing, clock: systemClock, build, life, nodeEnv, dataDir, ...threads };
  } catch (error) {
    if (error instanceof ConfigError) throw new StartError(error.message, exitCodes.badConfiguration);
    throw error;
  }
};
