import type { Connection, Transaction } from '../../database/database.js';
import { NIL_UUID } from '../base-model.js';
import { OutgoingMail, type MailState } from './outgoing-mail.js';

/** Number of rows per query. */
const batchSize = 500;

/** The mails of the outbox that are in one of these states, oldest first, batch by batch. */
export const listMail = async function* (
  db: Connection,
  states: readonly MailState[],
): AsyncGenerator<readonly OutgoingMail[]> {
  for (let after = NIL_UUID, isMore = true; isMore;) {
    const batch: OutgoingMail[] = await OutgoingMail.query(db)
      .whereIn('state', [...states])
      .where('id', '>', after)
      // Ids are in the order of their creation (RFC 9562, 5.7).
      .orderBy('id')
      .limit(batchSize);
    if (batch.length > 0) yield batch;
    after = batch.at(-1)?.id ?? after;
    isMore = batch.length === batchSize;
  }
};

/**
 * Puts dead mails back into the queue, with all their attempts. The last error stays until they are sent.
 * @param ids null for all dead mails
 * @returns the ids of the mails that were dead
 */
export const requeueMail = async (trx: Transaction, ids: readonly string[] | null, now: Date): Promise<string[]> => {
  const query = OutgoingMail.query(trx).patch({ state: 'queued', attempts: 0, nextAttemptAt: now });
  if (ids !== null) void query.whereIn('id', [...ids]);
  const revived = await query.where({ state: 'dead' }).returning('id');
  return revived.map(({ id }) => id).sort();
};
