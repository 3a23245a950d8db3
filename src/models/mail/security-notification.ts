import type { NoticeKind } from '../../config/schema/mail-template.js';
import type { Transaction } from '../../database/database.js';
import type { User } from '../accounts/user.js';
import { OutgoingMail } from './outgoing-mail.js';

/**
 * Enqueues a notification about a change of an account, in the transaction of the change. It goes to the verified email
 * address from before the change, and does not count towards `rateLimit.mail`.
 * @param user the account before the change
 * @returns false if the account has no verified email address
 */
export const enqueueSecurityNotification = async (
  trx: Transaction,
  kind: NoticeKind,
  { id, email, emailVerified }: Pick<User, 'id' | 'email' | 'emailVerified'>,
  now: Date,
): Promise<boolean> => {
  if (!emailVerified || email === null) return false;
  await OutgoingMail.enqueue(trx, { kind, userId: id, address: email, now });
  return true;
};
