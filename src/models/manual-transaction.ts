import type { Database, Transaction } from '../database/database.js';

/** A transaction that has done its work and waits for what becomes of it. */
export interface ManualTransaction<T> {
  /** What the work came to. */
  readonly value: T;
  /** @throws a fault of the database; whether it was committed is not known then */
  commit(): Promise<void>;
  /** Takes the work back; never rejects, since a transaction that is not committed is taken back by the server. */
  rollBack(): Promise<void>;
}

/** Takes a transaction back that nothing is wrong with. */
class RollbackSignal extends Error {
  override readonly name = 'TakenBack';
}

/**
 * Begins a transaction and does work in it, which lasts only when the caller commits: for what must hold together with
 * something outside of the database. Nobody should hold one for longer than a moment.
 * @throws what the work throws; nothing is held then
 */
export const openManualTransaction = <T>(
  db: Database,
  work: (trx: Transaction) => Promise<T>,
): Promise<ManualTransaction<T>> =>
  new Promise((resolve, reject) => {
    const ended = db.transaction(async (trx) => {
      const value = await work(trx);
      const isWanted = await new Promise<boolean>((decide) => {
        resolve({
          value,
          commit: async () => {
            decide(true);
            await ended;
          },
          rollBack: async () => {
            decide(false);
            await ended.catch(() => undefined);
          },
        });
      });
      if (!isWanted) throw new RollbackSignal();
    });
    ended.catch(reject);
  });
