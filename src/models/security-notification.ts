import type { NoticeKind } from '../config/schema/mail-template.js';
import type { Transaction } from '../database/database.js';
import { OutgoingMail } from './outgoing-mail.js';
import type { User } from './user.js';

/**
 * Enqueues a notice about a change of the account to the owner of its verified address, in the transaction of the change.
 * It goes to the address from before the change, and does not count towards `rateLimit.mail`.
 * @param user the account before the change; without a verified address nothing is sent
 * @returns whether a mail was enqueued
 */
export const enqueueSecurityNotification = async (
  trx: Transaction,
  kind: NoticeKind,
  user: Pick<User, 'id' | 'email' | 'emailVerified'>,
  now: Date,
): Promise<boolean> => {
  if (!user.emailVerified || user.email === null) return false;
  await OutgoingMail.enqueue(trx, { kind, userId: user.id, address: user.email, now });
  return true;
};
