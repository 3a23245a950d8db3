import { AppError } from '../errors/app-error.js';
import { AuditEvent } from '../models/audit-event.js';
import { keepAuditPartitions } from '../models/audit-partition.js';
import { nobody } from '../models/base-model.js';
import { recordEndedSessions } from '../models/ended-sessions.js';
import { findUnanswered, isStillUnanswered, warnUnused, type InactivityTerms } from '../models/inactivity.js';
import { deleteAccount, eraseAccount, findOverdue, lockAccount } from '../models/user-lifecycle.js';
import type { Services } from '../services.js';
import { atIntervals } from './at-intervals.js';

/** An AbortSignal that is never aborted, for a run that nobody stops. */
const unstopped = (): AbortSignal => new AbortController().signal;

const isErasedOrGone = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'not_found' || error.code === 'last_admin');

/**
 * Does something to each account of a walk, each in a transaction of its own. An account that has gone meanwhile, or is
 * the last administrator, is passed over.
 * @param nextBatch the ids after the given one
 * @param work answers whether it did anything
 * @returns how many accounts it was done to
 */
const forEachAccount = async (
  nextBatch: (after: string) => Promise<readonly string[]>,
  work: (id: string) => Promise<boolean>,
  signal: AbortSignal,
): Promise<number> => {
  let done = 0;
  let batch = await nextBatch(nobody);
  while (batch.length > 0) {
    for (const id of batch) {
      if (signal.aborted) return done;
      const isDone = await work(id).catch((error: unknown) => {
        if (isErasedOrGone(error)) return false;
        throw error;
      });
      if (isDone) done += 1;
    }
    batch = await nextBatch(batch.at(-1) ?? nobody);
  }
  return done;
};

/**
 * Erases the accounts whose grace time (`users.deletionGrace`) is over.
 * @returns how many
 */
export const eraseOverdue = (services: Services, signal = unstopped()): Promise<number> => {
  const { db, clock, config } = services;
  const now = clock.now();
  const deletedBefore = new Date(now.getTime() - config.current.users.deletionGrace);
  const erase = (id: string): Promise<boolean> =>
    db.transaction(async (trx) => {
      const user = await lockAccount(trx, id);
      if (user.deletedAt === null || user.deletedAt > deletedBefore) return false;
      await eraseAccount(trx, user, now);
      const about = { actorId: null, subjectId: id, details: { reason: 'grace_over' } };
      await AuditEvent.record(trx, { action: 'user.erased', result: 'success', ...about }, null);
      return true;
    });
  return forEachAccount((after) => db.read((reader) => findOverdue(reader, deletedBefore, after)), erase, signal);
};

/**
 * Warns the owners of unused accounts (`users.inactiveRetention`), and deletes softly, after `users.inactiveNotice`, the
 * accounts of those who did not log in.
 * @returns how many of each
 */
export const retireUnused = async (
  services: Services,
  signal = unstopped(),
): Promise<{ warned: number; deleted: number }> => {
  const { db, clock, config, mail } = services;
  const { inactiveRetention: retentionMs, inactiveNotice: noticeMs } = config.current.users;
  if (retentionMs === 0) return { warned: 0, deleted: 0 };
  const terms: InactivityTerms = { now: clock.now(), retentionMs, noticeMs };
  const remove = (id: string): Promise<boolean> =>
    db.transaction(async (trx) => {
      const user = await lockAccount(trx, id);
      if (!(await isStillUnanswered(trx, terms, id))) return false;
      const ended = await deleteAccount(trx, user, terms.now);
      const about = { actorId: null, subjectId: id };
      const fact = { action: 'user.deleted', result: 'success', ...about, details: { reason: 'inactive' } } as const;
      await AuditEvent.record(trx, fact, null);
      await recordEndedSessions(trx, ended, about, null);
      return true;
    });
  const deleted = await forEachAccount(
    (after) => db.read((reader) => findUnanswered(reader, terms, after)),
    remove,
    signal,
  );
  let warned = 0;
  let last: string | undefined = nobody;
  while (last !== undefined && !signal.aborted) {
    const after: string = last;
    const ids = await db.transaction((trx) => warnUnused(trx, terms, after));
    warned += ids.length;
    last = ids.at(-1);
    if (ids.length > 0) mail.wake();
  }
  return { warned, deleted };
};

/** Makes and drops partitions of the audit trail (`audit.retention`). */
export const keepAuditTrail = async ({ db, clock, config, log }: Services): Promise<void> => {
  const terms = { now: clock.now(), retentionMs: config.current.audit.retention };
  const { made, dropped } = await db.transaction((trx) => keepAuditPartitions(trx, terms));
  if (made.length > 0) log.info({ partitions: made }, 'audit partitions made');
  if (dropped.length > 0) log.info({ partitions: dropped }, 'audit partitions dropped: past their retention');
};

/**
 * Cares every `users.cleanupInterval` for what is kept for a time only: deleted accounts, unused accounts, audit events.
 * Each is done though another fails.
 * @returns stops it, and resolves when a run under way has ended
 */
export const startRetention = (services: Services): (() => Promise<void>) => {
  const { clock, config, log } = services;
  return atIntervals({
    clock,
    log,
    name: 'retention',
    intervalMs: () => config.current.users.cleanupInterval,
    atOnce: true,
    async work(signal) {
      const [erasing, retiring, partitions] = await Promise.allSettled([
        eraseOverdue(services, signal),
        retireUnused(services, signal),
        keepAuditTrail(services),
      ]);
      const erased = erasing.status === 'fulfilled' ? erasing.value : null;
      const retired = retiring.status === 'fulfilled' ? retiring.value : null;
      log.debug({ erased, ...retired }, 'retention');
      const failed = [erasing, retiring, partitions].find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
    },
  });
};
