import { withBackgroundConnection } from '../database/background.js';
import { classifyDatabaseError } from '../database/classify-error.js';
import { AppError } from '../errors/app-error.js';
import {
  runErasure,
  countFailedErasures,
  findDueErasures,
  postponeErasure,
  leaseErasure,
} from '../models/account-erasure.js';
import { systemActor } from '../models/actor.js';
import { maintainAuditPartitions } from '../models/audit-partition.js';
import { NIL_UUID } from '../models/base-model.js';
import { findInactive, isStillInactive, warnInactive, type InactivityOptions } from '../models/inactivity.js';
import { deleteAccount, lockAccount } from '../models/account-lifecycle.js';
import type { Services } from '../services.js';
import { schedule } from './schedule.js';
import { cleanupReport, logReport } from './cleanup-report.js';
import { removeExpiredRows } from './expired-rows.js';

/** An AbortSignal that is never aborted, for a run that nobody stops. */
const unstopped = (): AbortSignal => new AbortController().signal;

const isErasedOrGone = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'not_found' || error.code === 'last_admin');

/** An operation on each account of a list. */
interface Walk {
  /** The ids after the given one. */
  readonly nextBatch: (after: string) => Promise<readonly string[]>;
  /** Resolves to whether it did anything. */
  readonly work: (id: string) => Promise<boolean>;
  /** Called for an account on which the operation failed. */
  readonly onFailure: (id: string, error: unknown) => void | Promise<void>;
  readonly signal: AbortSignal;
}

/** Errors that no account causes: the run ends. */
const isFaultOfAll = (error: unknown): boolean =>
  ['connection', 'read_only', 'disk_full', 'pool_exhausted'].includes(classifyDatabaseError(error) ?? '');

/**
 * Runs an operation on each account of a list. Accounts that no longer exist and the last administrator are skipped; a
 * failure on one account does not stop the others.
 * @returns how many accounts it was done to
 */
const forEachAccount = async ({ nextBatch, work, onFailure, signal }: Walk): Promise<number> => {
  let done = 0;
  let batch = await nextBatch(NIL_UUID);
  while (batch.length > 0) {
    for (const id of batch) {
      if (signal.aborted) return done;
      try {
        if (await work(id)) done += 1;
      } catch (error) {
        if (isErasedOrGone(error)) continue;
        if (isFaultOfAll(error)) throw error;
        await onFailure(id, error);
      }
    }
    batch = await nextBatch(batch.at(-1) ?? NIL_UUID);
  }
  return done;
};

/**
 * Erases the accounts whose grace time (`users.deletionGrace`) is over, and those whose erasure was begun and not ended. One
 * that fails is tried again after a while.
 * @returns how many
 */
export const eraseOverdueAccounts = async (
  services: Services,
  signal = unstopped(),
  report = logReport(services.log),
): Promise<number> => {
  const { db, clock, config } = services;
  const now = clock.now();
  const deletedBefore = new Date(now.getTime() - config.current.users.deletionGrace);
  const terms = { now, requestMetadata: null, signal };
  const erased = await withBackgroundConnection(db, (connection) =>
    forEachAccount({
      nextBatch: (after) => db.read((reader) => findDueErasures(reader, { deletedBefore, now }, after)),
      async work(id) {
        const isWanted = await connection.transaction((trx) => leaseErasure(trx, id, { deletedBefore, now }));
        return isWanted && runErasure(connection, id, terms);
      },
      async onFailure(id, error) {
        if (signal.aborted) return;
        report.erasureFailed(id, error);
        await postponeErasure(db.knex, id, error, now);
      },
      signal,
    }),
  );
  report.erasuresWaiting(await db.read((reader) => countFailedErasures(reader)));
  return erased;
};

/**
 * Warns the owners of unused accounts (`users.inactiveRetention`), and deletes softly, after `users.inactiveNotice`, the
 * accounts that were not used.
 * @returns how many of each
 */
export const deleteInactiveAccounts = async (
  services: Services,
  signal = unstopped(),
  report = logReport(services.log),
): Promise<{ warned: number; deleted: number }> => {
  const { db, clock, config, outboxSignal } = services;
  const { inactiveRetention: retentionMs, inactiveNotice: noticeMs } = config.current.users;
  if (retentionMs === 0) return { warned: 0, deleted: 0 };
  const terms: InactivityOptions = { now: clock.now(), retentionMs, noticeMs };
  const remove = (id: string): Promise<boolean> =>
    db.transaction(async (trx) => {
      const user = await lockAccount(trx, id);
      if (!(await isStillInactive(trx, terms, id))) return false;
      await deleteAccount(trx, systemActor, user, { now: terms.now, details: { reason: 'inactive' } });
      return true;
    });
  const deleted = await forEachAccount({
    nextBatch: (after) => db.read((reader) => findInactive(reader, terms, after)),
    work: remove,
    onFailure(_id, error) {
      report.failed('unused_accounts', error);
    },
    signal,
  });
  let warned = 0;
  let last: string | undefined = NIL_UUID;
  while (last !== undefined && !signal.aborted) {
    const after: string = last;
    const ids = await db.transaction((trx) => warnInactive(trx, terms, after));
    warned += ids.length;
    last = ids.at(-1);
    if (ids.length > 0) outboxSignal.notify();
  }
  return { warned, deleted };
};

/** Makes and drops partitions of the audit log (`audit.retention`). */
export const maintainPartitions = async ({ db, clock, config, log }: Services): Promise<void> => {
  const terms = { now: clock.now(), retentionMs: config.current.audit.retention };
  const { created, dropped } = await db.transaction((trx) => maintainAuditPartitions(trx, terms));
  if (created.length > 0)
    log.info({ event: 'audit.partitions_created', partitions: created }, 'audit partitions created');
  if (dropped.length > 0) {
    log.info(
      { event: 'audit.partitions_dropped', partitions: dropped },
      'audit partitions past their retention dropped',
    );
  }
};

/**
 * Removes every `users.cleanupInterval` what is kept for a time only: deleted accounts, unused accounts, audit events,
 * expired rows. Each is done though another fails.
 * @returns stops it, and resolves when a run under way has ended
 */
export const startRetention = (services: Services): (() => Promise<void>) => {
  const { clock, config, log, metrics } = services;
  const report = cleanupReport(log, metrics);
  const guarded = async (step: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      report.failed(step, error);
    }
  };
  return schedule({
    clock,
    log,
    name: 'retention',
    intervalMs: () => config.current.users.cleanupInterval,
    runsAtStart: true,
    async run(signal) {
      await Promise.all([
        guarded('erasure', () => eraseOverdueAccounts(services, signal, report)),
        guarded('unused_accounts', () => deleteInactiveAccounts(services, signal, report)),
        guarded('audit_partitions', () => maintainPartitions(services)),
        removeExpiredRows(services, report, signal),
      ]);
      log.debug({ event: 'cleanup.finished' }, 'cleanup finished');
    },
  });
};
