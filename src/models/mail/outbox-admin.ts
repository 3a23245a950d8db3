import type { AuditAction } from '../../contract/audit-event.js';
import type { Mail } from '../../contract/admin/mail.js';
import { Id } from '../../contract/user.js';
import type { Connection, Transaction } from '../../database/database.js';
import { AppError } from '../../errors/app-error.js';
import { notFound } from '../../errors/not-found.js';
import { User } from '../accounts/user.js';
import type { Actor } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
import { NIL_UUID } from '../base-model.js';
import { OutgoingMail, type MailState } from './outgoing-mail.js';
import { keysetPage, type Page, type PageRequest } from '../page.js';

/** Number of rows per query. */
const batchSize = 500;

/** The emails of the outbox that are in one of these states, oldest first, batch by batch. */
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

/** A change of emails by an operator. */
interface MailChange {
  /** The states in which it is possible. */
  readonly from: readonly MailState[];
  readonly action: AuditAction;
  readonly patch: Partial<OutgoingMail>;
}

const requeued = (now: Date): MailChange => ({
  from: ['dead'],
  action: 'mail.retried',
  // The last error stays until the email is sent.
  patch: { state: 'queued', attempts: 0, nextAttemptAt: now },
});

const dropped: MailChange = {
  from: ['queued', 'dead'],
  action: 'mail.dropped',
  patch: { state: 'dropped', address: null, details: {}, lastError: 'dropped_by_operator' },
};

const changeMails = async (
  trx: Transaction,
  actor: Actor,
  ids: readonly string[] | null,
  { from, action, patch }: MailChange,
): Promise<OutgoingMail[]> => {
  const query = OutgoingMail.query(trx)
    .patch(patch)
    .whereIn('state', [...from]);
  if (ids !== null) void query.whereIn('id', [...ids]);
  const changed = await query.returning('*');
  const events = changed.map(({ id, kind, userId }) => ({ subjectId: userId, details: { mail_id: id, kind } }));
  await AuditEvent.recordMany(trx, action, actor, events);
  return changed;
};

const sortedIds = (mails: readonly OutgoingMail[]): string[] => mails.map(({ id }) => id).sort();

/**
 * Puts dead emails back into the queue, with all their attempts.
 * @param ids null for all dead emails
 * @returns the ids of the emails that were dead
 */
export const requeueMails = async (
  trx: Transaction,
  actor: Actor,
  ids: readonly string[] | null,
  now: Date,
): Promise<string[]> => sortedIds(await changeMails(trx, actor, ids, requeued(now)));

/**
 * Drops queued and dead emails, and removes their addresses and details.
 * @returns the ids of the emails that were queued or dead
 */
export const dropMails = async (trx: Transaction, actor: Actor, ids: readonly string[]): Promise<string[]> =>
  sortedIds(await changeMails(trx, actor, ids, dropped));

/** Which emails to list. */
export interface MailFilter {
  readonly state?: MailState | undefined;
  readonly user?: string | undefined;
}

/** What operators see of emails, with the current addresses of users whose emails name no address. */
const describe = async (db: Connection, mails: readonly OutgoingMail[]): Promise<Mail[]> => {
  const userIds = mails.flatMap(({ address, userId }) => (address === null && userId !== null ? [userId] : []));
  const users = userIds.length === 0 ? [] : await User.query(db).select('id', 'email').whereIn('id', userIds);
  const addresses = new Map(users.map(({ id, email }) => [id, email]));
  return mails.map((mail) => ({
    ...{ id: mail.id, kind: mail.kind, user_id: mail.userId, state: mail.state, attempts: mail.attempts },
    recipient: mail.address ?? addresses.get(mail.userId ?? '') ?? null,
    last_error: mail.lastError,
    created_at: mail.createdAt.toISOString(),
    next_attempt_at: mail.state === 'queued' ? mail.nextAttemptAt.toISOString() : null,
    sent_at: mail.sentAt?.toISOString() ?? null,
  }));
};

/** One page of emails, newest first. */
export const mailPage = async (
  db: Connection,
  { state, user }: MailFilter,
  request: PageRequest,
): Promise<{ readonly data: Mail[]; readonly nextCursor: string | null }> => {
  const query = OutgoingMail.query(db);
  if (state !== undefined) void query.where({ state });
  if (user !== undefined) void query.where({ user_id: user });
  const { rows, nextCursor }: Page<OutgoingMail> = await keysetPage(query, request);
  return { data: await describe(db, rows), nextCursor };
};

const changeMail = async (trx: Transaction, actor: Actor, id: string, change: MailChange): Promise<Mail> => {
  const mail = Id.safeParse(id).success ? await OutgoingMail.query(trx).findById(id).forUpdate() : undefined;
  if (!mail) throw notFound('email with ID', id);
  const [changed] = await changeMails(trx, actor, [id], change);
  if (!changed) throw new AppError('mail_state_conflict', { detail: `The email is ${mail.state}.` });
  const [description] = await describe(trx, [changed]);
  return description as Mail;
};

/**
 * Puts a dead email back into the queue, with all its attempts.
 * @throws {AppError} not_found, mail_state_conflict
 */
export const retryMail = (trx: Transaction, actor: Actor, id: string, now: Date): Promise<Mail> =>
  changeMail(trx, actor, id, requeued(now));

/**
 * Drops a queued or dead email, and removes its address and details.
 * @throws {AppError} not_found, mail_state_conflict
 */
export const dropMail = (trx: Transaction, actor: Actor, id: string): Promise<Mail> =>
  changeMail(trx, actor, id, dropped);

/** A test email that an operator has sent. */
export interface TestMail {
  readonly to: string;
  /** `smtp` or `outbox`. */
  readonly transport: string;
  /** Why it could not be sent; absent if it was. */
  readonly reason?: string;
}

/** Adds a test email to the audit log. The audit event contains the domain of the recipient only. */
export const recordTestMail = (db: Connection, actor: Actor, { to, transport, reason }: TestMail): Promise<void> =>
  AuditEvent.record(db, 'mail.test_sent', actor, {
    result: reason === undefined ? 'success' : 'failure',
    details: { domain: to.slice(to.lastIndexOf('@') + 1), transport, ...(reason !== undefined && { reason }) },
  });
