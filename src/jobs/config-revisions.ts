import type { Services } from '../services.js';
import { schedule } from './schedule.js';

/** Interval at which revisions are synchronized, in case a notification of another instance is lost; in milliseconds. */
const pollMs = 1_000;

/**
 * Synchronizes revisions at intervals: applies the changes of other instances, and records what could not be recorded before.
 * @returns stops the job
 */
export const startRevisionPolling = (services: Services): (() => Promise<void>) => {
  const { config, log } = services;
  return schedule(
    {
      name: 'config_revisions',
      intervalMs: () => pollMs,
      run: () => config.syncRevisions(),
      onFailure(error) {
        // The connection pool logs a database outage.
        log.debug({ event: 'config.revision_check_failed', err: error }, 'configuration revision check failed');
      },
    },
    services,
  ).stop;
};
