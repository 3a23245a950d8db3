import { hostname } from 'node:os';
import type { PendingConfirmation } from '../../contract/config-overrides.js';
import { publicPending } from '../../handlers/admin/config/override-view.js';
import { publicIssues } from '../../handlers/admin/config/view.js';
import type { ConfigInstance } from '../../contract/config.js';
import { Instance } from '../../models/instance.js';
import { uptimeSeconds, type Services } from '../../services.js';
import type { CoreServices } from '../startup/bootstrap.js';
import type { ProcessEnvironment } from '../process/environment.js';

/** Timeout of the database ping, in milliseconds. */
const pingTimeoutMs = 1_000;

/** An instance, and whether its configuration is not the newest revision. */
export type ListedInstance = ConfigInstance & { readonly lagging: boolean };

/** The response of GET /status. */
export interface ServiceStatus {
  readonly version: string;
  readonly commit: string | null;
  readonly node_version: string;
  readonly environment: string;
  readonly hostname: string;
  readonly pid: number;
  readonly uptime_seconds: number;
  readonly url: string | null;
  readonly ready: boolean;
  /** Why it is not ready. */
  readonly reasons: readonly string[];
  readonly maintenance: boolean;
  readonly connections: { readonly database: string; readonly cache: string };
  readonly configuration: {
    readonly revision: number | null;
    readonly hash: string;
    readonly loaded_at: string;
    readonly files: readonly string[];
    readonly pending_restart: readonly { readonly key: string; readonly active: unknown; readonly pending: unknown }[];
    readonly rollback: { readonly revision: number; readonly since: string } | null;
    /** Keys that are overridden. */
    readonly overrides: readonly string[];
    /** Overridden keys whose override has no effect, because it is invalid together with the files. */
    readonly overrides_without_effect: readonly string[];
    /** The change that is reverted unless it is confirmed. */
    readonly pending_confirmation: PendingConfirmation | null;
    readonly last_error: { readonly at: string; readonly errors: readonly object[] } | null;
  };
  /** Null while the database is unavailable. */
  readonly instances: readonly ListedInstance[] | null;
}

/** Marks live instances whose configuration is not the newest. */
export const withLag = (instances: readonly ConfigInstance[]): ListedInstance[] => {
  const newest = instances
    .filter(({ live }) => live)
    .reduce<ConfigInstance | null>((best, each) => ((each.revision ?? 0) > (best?.revision ?? 0) ? each : best), null);
  return instances.map((each) => ({
    ...each,
    lagging: each.live && newest !== null && (each.revision !== newest.revision || each.hash !== newest.hash),
  }));
};

/** The instances on the database of the service; null while it is unavailable. */
export const listInstances = async (services: Services | undefined): Promise<ConfigInstance[] | null> => {
  if (services === undefined) return null;
  try {
    return (await services.db.read((reader) => Instance.list(reader))).map((instance) => instance.toPublic());
  } catch {
    // An unavailable database is part of the status, not an error.
    return null;
  }
};

const configurationOf = ({ config }: CoreServices): ServiceStatus['configuration'] => {
  const { revision, hash, loadedAt, files, rollback, lastError, pendingRestart, pinned, leftOut } = config.status;
  const { overrides, pending } = config.status.overrides;
  return {
    ...{ revision, hash, loaded_at: loadedAt.toISOString(), files },
    pending_restart: pendingRestart.map((key) => {
      const [entry] = config.explain(key);
      return { key, active: entry?.value ?? null, pending: entry?.pending ?? null };
    }),
    rollback: rollback && { revision: rollback.revision, since: rollback.since.toISOString() },
    overrides: overrides.map(({ key }) => key),
    overrides_without_effect: leftOut.map(({ key }) => key),
    pending_confirmation: pending && publicPending(pending),
    last_error: lastError && { at: lastError.at.toISOString(), errors: publicIssues(lastError.errors, pinned) },
  };
};

/** What `rollcall status` shows of the running service. */
export const statusOfService = async (
  core: CoreServices,
  environment: ProcessEnvironment,
  services: Services | undefined,
): Promise<ServiceStatus> => {
  const { build, lifecycle, nodeEnv, config } = core;
  const isHealthy = services !== undefined && (await services.db.ping(pingTimeoutMs));
  const starting = lifecycle.waitingFor ?? 'starting';
  const reasons = [
    ...(lifecycle.stopping ? ['shutting_down'] : []),
    ...(services === undefined ? [starting] : isHealthy ? [] : ['database_unhealthy']),
  ];
  return {
    ...{ version: build.version, commit: build.commit, node_version: build.nodeVersion, environment: nodeEnv },
    ...{ hostname: hostname(), pid: environment.pid, uptime_seconds: uptimeSeconds(core), url: lifecycle.url ?? null },
    ...{ ready: reasons.length === 0, reasons, maintenance: config.current.maintenance.enabled },
    connections: {
      database: isHealthy ? 'healthy' : services === undefined ? 'unknown' : 'unhealthy',
      cache: services?.cache.status() ?? 'unknown',
    },
    configuration: configurationOf(core),
    instances: await listInstances(isHealthy ? services : undefined).then(
      (instances) => instances && withLag(instances),
    ),
  };
};
