import type { Connection, Transaction } from '../../database/database.js';
import type { Actor } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
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
      // Ids are in creation order (RFC 9562, 5.7).
      .orderBy('id')
      .limit(batchSize);
    if (batch.length > 0) yield batch;
    after = batch.at(-1)?.id ?? after;
    isMore = batch.length === batchSize;
  }
};

/** Maximum number of mail ids in an audit event. */
const maxAuditedIds = 100;

/**
 * Requeues dead mails, with all their attempts. The last error stays until they are sent.
 * @param ids null for all dead mails
 * @returns the ids of the mails that were dead
 */
export const requeueMail = async (
  trx: Transaction,
  ids: readonly string[] | null,
  actor: Actor,
  now: Date,
): Promise<string[]> => {
  const query = OutgoingMail.query(trx).patch({ state: 'queued', attempts: 0, nextAttemptAt: now });
  if (ids !== null) void query.whereIn('id', [...ids]);
  const revived = await query.where({ state: 'dead' }).returning('id');
  const requeued = revived.map(({ id }) => id).sort();
  if (requeued.length > 0) {
    const details = { count: requeued.length, mail_ids: requeued.slice(0, maxAuditedIds) };
    await AuditEvent.record(trx, 'mail.requeued', actor, { details });
  }
  return requeued;
};

/** A test mail that an operator has sent. */
export interface TestMail {
  readonly to: string;
  /** `smtp` or `outbox`. */
  readonly transport: string;
  /** Why it could not be sent; absent if it was. */
  readonly reason?: string;
}

/** Adds a test mail to the audit log. The audit event contains the domain of the recipient only. */
export const recordTestMail = (db: Connection, actor: Actor, { to, transport, reason }: TestMail): Promise<void> =>
  AuditEvent.record(db, 'mail.test_sent', actor, {
    result: reason === undefined ? 'success' : 'failure',
    details: { domain: to.slice(to.lastIndexOf('@') + 1), transport, ...(reason !== undefined && { reason }) },
  });
