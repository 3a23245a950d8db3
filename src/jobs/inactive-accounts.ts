import { deleteAccount, lockAccount } from '../models/accounts/account-lifecycle.js';
import { systemActor } from '../models/actor.js';
import { NIL_UUID } from '../models/base-model.js';
import { findInactive, isStillInactive, warnInactive, type InactivityOptions } from '../models/accounts/inactivity.js';
import type { Services } from '../services.js';
import { logReport } from './cleanup-report.js';
import { forEachAccount } from './for-each-account.js';

/**
 * Warns the owners of inactive accounts by email (`users.inactiveRetention`), and deletes accounts that are still
 * inactive after the notice period (`users.inactiveNotice`). Deleted accounts can be restored within their grace
 * period.
 * @returns the numbers of accounts
 */
export const deleteInactiveAccounts = async (
  services: Services,
  signal = new AbortController().signal,
  report = logReport(services.log),
): Promise<{ warned: number; deleted: number }> => {
  const { db, clock, config, outboxSignal } = services;
  const { inactiveRetention: retentionMs, inactiveNotice: noticeMs } = config.current.users;
  if (retentionMs === 0) return { warned: 0, deleted: 0 };
  const options: InactivityOptions = { now: clock.now(), retentionMs, noticeMs };
  const remove = (id: string): Promise<boolean> =>
    db.transaction(async (trx) => {
      const user = await lockAccount(trx, id);
      if (!(await isStillInactive(trx, options, id))) return false;
      await deleteAccount(trx, systemActor, user, { now: options.now, details: { reason: 'inactive' } });
      return true;
    });
  const deleted = await forEachAccount({
    nextBatch: (after) => db.read((reader) => findInactive(reader, options, after)),
    run: remove,
    onFailure(_id, error) {
      report.failed('unused_accounts', error);
    },
    signal,
  });
  let warned = 0;
  let last: string | undefined = NIL_UUID;
  while (last !== undefined && !signal.aborted) {
    const after: string = last;
    const ids = await db.transaction((trx) => warnInactive(trx, options, after));
    warned += ids.length;
    last = ids.at(-1);
    if (ids.length > 0) outboxSignal.notify();
  }
  return { warned, deleted };
};
