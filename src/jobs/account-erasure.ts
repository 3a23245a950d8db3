import { withBackgroundConnection } from '../database/background.js';
import {
  countFailedErasures,
  findDueErasures,
  leaseErasure,
  postponeErasure,
  runErasure,
} from '../models/accounts/account-erasure.js';
import type { Services } from '../services.js';
import { logReport } from './cleanup-report.js';
import { forEachAccount } from './for-each-account.js';

/**
 * Erases deleted accounts after their grace period (`users.deletionGrace`), and continues interrupted erasures. A
 * failed erasure is retried later.
 * @returns the number of erased accounts
 */
export const eraseOverdueAccounts = async (
  services: Services,
  signal = new AbortController().signal,
  report = logReport(services.log),
): Promise<number> => {
  const { db, clock, config } = services;
  const now = clock.now();
  const deletedBefore = new Date(now.getTime() - config.current.users.deletionGrace);
  const options = { now, requestMetadata: null, signal };
  const erased = await withBackgroundConnection(db, (connection) =>
    forEachAccount({
      nextBatch: (after) => db.read((reader) => findDueErasures(reader, { deletedBefore, now }, after)),
      async run(id) {
        const isLeased = await connection.transaction((trx) => leaseErasure(trx, id, { deletedBefore, now }));
        return isLeased && runErasure(connection, id, options);
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
