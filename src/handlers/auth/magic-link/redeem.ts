import type { MailedTokenBody } from '../../../contract/recovery.js';
import type { Transaction } from '../../../database/database.js';
import { AppError } from '../../../errors/app-error.js';
import { invalidLink } from '../../../errors/invalid-link.js';
import type { ApiContext } from '../../../middleware/context.js';
import { confirmOwnership } from '../../../models/account-ownership.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { lockActiveAccount, recordLogin } from '../../../models/credential.js';
import { OneTimeToken } from '../../../models/one-time-token.js';
import type { User } from '../../../models/user.js';
import { findByVerifiedEmail, isEmailOf, registerByEmail } from '../../../models/verified-email.js';

/** Whom a login link has let in, and whether a mail was put into the outbox. */
interface MagicLinkLogin {
  readonly user: User;
  readonly isMailed: boolean;
}

/**
 * Spends a login link, and finds or makes the account that it opens: the one that has verified the address, never one
 * that only names it. An account whose address was verified without a session becomes that of the person who holds the
 * link.
 * @throws {AppError} invalid_token, registration_closed; email_taken, username_taken when another was quicker
 */
export const redeemMagicLink = async (
  trx: Transaction,
  ctx: ApiContext<MailedTokenBody>,
  open: OneTimeToken,
): Promise<MagicLinkLogin> => {
  const { now, requestMetadata } = ctx.state;
  const address = open.address ?? '';
  const knownId = open.userId ?? (await findByVerifiedEmail(trx, address))?.id;
  if (knownId === undefined) {
    return { user: await recordLogin(trx, await signUp(trx, ctx, address), now), isMailed: false };
  }
  const known = await lockActiveAccount(trx, knownId, now);
  if (known?.emailVerified !== true || !isEmailOf(known, address)) throw invalidLink('sign-in link');
  await consumeToken(trx, ctx);
  const { isMailed } = await confirmOwnership(trx, known, { method: 'magic_link', now, requestMetadata });
  return { user: await recordLogin(trx, known.id, now), isMailed };
};

const signUp = async (trx: Transaction, ctx: ApiContext<MailedTokenBody>, address: string): Promise<string> => {
  const { settings, requestMetadata } = ctx.state;
  if (!settings.registration.open) throw new AppError('registration_closed');
  // First of all, so that of many uses at once one makes an account, and the others wait here for nothing.
  await consumeToken(trx, ctx);
  const { id } = await registerByEmail(trx, address);
  const about = { actorId: id, subjectId: id, details: { method: 'magic_link' } };
  await AuditEvent.record(trx, { action: 'user.registered', result: 'success', ...about }, requestMetadata);
  return id;
};

const consumeToken = async (trx: Transaction, { state }: ApiContext<MailedTokenBody>): Promise<void> => {
  const use = { purpose: 'magic_link', token: state.body.token, now: state.now } as const;
  if (!(await OneTimeToken.consume(trx, use))) throw invalidLink('sign-in link');
};
