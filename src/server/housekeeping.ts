import { IdempotencyKey } from '../models/idempotency-key.js';
import { removeExpiredCounters } from '../models/login-counter.js';
import { MailAllowance } from '../models/mail-allowance.js';
import { OneTimeToken } from '../models/one-time-token.js';
import { OutgoingMail } from '../models/outgoing-mail.js';
import { Session } from '../models/session.js';
import type { Services } from '../services.js';
import { atIntervals } from './at-intervals.js';

/** Removes what is over: retired signing keys, old sessions, answers that are no longer replayed, expired tokens, old mail,
 * login counters that no longer matter. */
export const tidy = async ({ db, keys, clock, log }: Services): Promise<void> => {
  const now = clock.now();
  const removedKeys = await keys.cleanup();
  const removedSessions = await Session.removeOld(db.knex, now);
  const removedAnswers = await IdempotencyKey.removeExpired(db.knex, now);
  const removedTokens = await OneTimeToken.removeExpired(db.knex, now);
  const removedMails = await OutgoingMail.removeOld(db.knex, now);
  const removedAllowances = await MailAllowance.removeOver(db.knex, now);
  const removedCounters = await removeExpiredCounters(db.knex, now);
  const removed = {
    keys: removedKeys.length,
    sessions: removedSessions,
    answers: removedAnswers,
    one_time_tokens: removedTokens,
    mails: removedMails,
    mail_allowances: removedAllowances,
    login_counters: removedCounters,
  };
  log.debug(removed, 'housekeeping');
};

/**
 * Tidies every `auth.keys.cleanupInterval`, as it stands at the time.
 * @returns stops it, and resolves when a run under way has ended
 */
export const startHousekeeping = (services: Services): (() => Promise<void>) => {
  const { clock, config, log } = services;
  const intervalMs = (): number => config.current.auth.keys.cleanupInterval;
  return atIntervals({ clock, log, name: 'housekeeping', intervalMs, work: () => tidy(services) });
};
