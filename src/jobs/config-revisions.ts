import type { Services } from '../services.js';
import { schedule } from './schedule.js';

/** How long the start waits for the revision number and an active rollback, in milliseconds. */
const startPatienceMs = 5_000;

/** How often it is looked for a change of another instance whose announcement was lost, in milliseconds. */
const lookMs = 1_000;

/** Records the configuration revision and applies an active rollback before the first request is served. */
export const ensureNumbered = ({ config }: Services): Promise<void> => config.ensureNumbered(startPatienceMs);

/**
 * Looks, again and again, at what other instances have done to the configuration, and registers what the database has not
 * been told of while it was away.
 * @returns stops it, and resolves when a look under way has ended
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
        // The pool logs the outage of a database.
        log.debug({ event: 'config.revision_check_failed', err: error }, 'configuration revision check failed');
      }
    },
  });
