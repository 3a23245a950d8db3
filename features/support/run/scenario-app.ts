import type { Clock } from '../../../src/clock.js';
import type { ValidatedFiles } from '../../../src/config/files/validate.js';
import { Database } from '../../../src/database/database.js';
import type { PoolSettings } from '../../../src/database/reconfiguration.js';
import type { Settings } from '../../../src/config/schema/schema.js';
import { startSigningKeyCleanup } from '../../../src/jobs/signing-key-cleanup.js';
import { startSigningKeyRotation } from '../../../src/jobs/signing-key-rotation.js';
import { poolSettings } from '../../../src/server/live-settings/connections.js';
import { InProcessApp, type DatabaseParts } from '../../../src/testing/in-process-app.js';
import type { LogCapture } from '../observability/log-capture.js';
import type { LeasedDatabase } from '../schema/leased-database.js';

export type { InProcessApp };

/** Options for `startScenarioApp`. */
export interface AppOptions {
  readonly configDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Validation results of unchanged files, shared by all scenarios of a process. */
  readonly validated: ValidatedFiles;
  readonly clock: Clock;
  /** The port to listen on; a free one by default. */
  readonly port?: number;
  readonly capture: LogCapture;
  readonly databaseUrl: string;
  readonly schema: string;
  /** Application name of the sessions of a separate pool. */
  readonly applicationName: string;
  /** Used if the app needs the same settings; otherwise the app gets a separate pool. */
  readonly kept?: LeasedDatabase;
}

/** Idle time of a connection after which a separate pool closes it, in milliseconds. */
const idleTimeoutMs = 500;

const build = { version: '0.0.0-features', commit: null, buildDate: null, nodeVersion: 'v20' };

const isEqual = (one: PoolSettings, other: PoolSettings): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * Starts an app of a scenario.
 * @throws {ConfigError} for invalid settings
 */
export const startScenarioApp = ({ capture, ...options }: AppOptions): Promise<InProcessApp> =>
  InProcessApp.start({
    ...options,
    ...{ build, logTo: capture, validateResponses: true },
    openDatabase: (settings, parts) => openDatabase(options, settings, parts),
    startJobs: (services) => [startSigningKeyRotation(services), startSigningKeyCleanup(services)],
  });

const openDatabase = (
  { kept, databaseUrl, schema, applicationName }: Omit<AppOptions, 'capture'>,
  settings: Settings,
  { log, metrics, tracing }: DatabaseParts,
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
