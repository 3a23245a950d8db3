import type { NoticeKind } from '../config/schema/mail-template.js';
import type { Transaction } from '../database/database.js';
import { OutgoingMail } from './outgoing-mail.js';
import type { User } from './user.js';

/**
 * Tells the owner of a verified address about a change of the account. It goes to the address as it was when the change
 * was made, in the transaction of the change, and is not counted by `rateLimit.mail`.
 * @param user the account before the change; without a verified address nothing is sent
 * @returns whether a mail was put into the outbox
 */
export const enqueueNotice = async (
  trx: Transaction,
  kind: NoticeKind,
  user: Pick<User, 'id' | 'email' | 'emailVerified'>,
  now: Date,
): Promise<boolean> => {
  if (!user.emailVerified || user.email === null) return false;
  await OutgoingMail.enqueue(trx, { kind, userId: user.id, address: user.email, now });
  return true;
};
