import { IdempotencyKey } from '../models/idempotency-key.js';
import { Session } from '../models/session.js';
import type { Services } from '../services.js';

/** How often it is looked whether the interval has passed, in milliseconds: the interval is live. */
const tickMs = 1000;

/** Removes what is over: retired signing keys, old sessions, answers that are no longer replayed. */
export const tidy = async ({ db, keys, clock, log }: Services): Promise<void> => {
  const now = clock.now();
  const removedKeys = await keys.cleanup();
  const removedSessions = await Session.removeOld(db.knex, now);
  const removedAnswers = await IdempotencyKey.removeExpired(db.knex, now);
  log.debug({ keys: removedKeys.length, sessions: removedSessions, answers: removedAnswers }, 'housekeeping');
};

/**
 * Tidies every `auth.keys.cleanupInterval`, as it stands at the time.
 * @returns stops it, and resolves when a run under way has ended
 */
export const startHousekeeping = (services: Services): (() => Promise<void>) => {
  const { clock, config, log } = services;
  let lastMs = clock.monotonicMs();
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    if (clock.monotonicMs() - lastMs < config.current.auth.keys.cleanupInterval) return;
    lastMs = clock.monotonicMs();
    running = tidy(services).catch((error: unknown) => {
      log.warn({ err: error }, 'housekeeping failed; it is tried again at the next interval');
    });
  }, tickMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return running;
  };
};
