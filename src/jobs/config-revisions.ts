import type { Services } from '../services.js';
import { schedule } from './schedule.js';

/** How long startup waits for the revision number and for an active rollback, each, in milliseconds. */
const startPatienceMs = 5_000;

/** Interval at which revisions are synchronized, in case a notification of another instance is lost; in milliseconds. */
const lookMs = 1_000;

/** Records the configuration and applies an active rollback, before the first request is served. */
export const ensureNumbered = ({ config }: Services): Promise<void> => config.ensureNumbered(startPatienceMs);

/**
 * Synchronizes revisions at intervals: applies the changes of other instances, and records what could not be recorded before.
 * @returns stops it, and resolves when the synchronization in progress has ended
 */
export const startRevisionPolling = ({ config, clock, log }: Services): (() => Promise<void>) =>
  schedule({
    clock,
    log,
    name: 'the look at the revisions',
    intervalMs: () => lookMs,
    run: async () => {
      try {
        await config.syncRevisions();
      } catch (error) {
        // The connection pool logs a database outage.
        log.debug({ event: 'config.revision_check_failed', err: error }, 'configuration revision check failed');
      }
    },
  });
