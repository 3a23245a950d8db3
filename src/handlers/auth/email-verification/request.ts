import { AppError } from '../../../errors/app-error.js';
import { consumeAccountLimit } from '../../../middleware/count-account.js';
import { callerOf, type Handler } from '../../../middleware/context.js';
import { OutgoingMail } from '../../../models/mail/outgoing-mail.js';
import { User } from '../../../models/accounts/user.js';
import { unverifiedEmail } from '../../../models/accounts/verified-email.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/auth/email-verification/request: requests another verification link for the caller's email address, or
 * for the pending one.
 * @throws {AppError} too_many_attempts, no_email, already_verified
 */
export const requestEmailVerification = (services: Services): Handler =>
  async function requestEmailVerification(ctx) {
    const { db, outboxSignal } = services;
    const { userId } = callerOf(ctx);
    await consumeAccountLimit(services, ctx, 'mail', `email_verification:${userId}`);
    const user = await db.read((reader) => User.findAccount(reader, userId));
    if (!user) throw new AppError('invalid_token');
    if (user.email === null) throw new AppError('no_email');
    const address = unverifiedEmail(user);
    if (address === null) throw new AppError('already_verified');
    const request = { kind: 'email_verification', userId, address, now: ctx.state.now } as const;
    await OutgoingMail.enqueue(db.knex, request);
    outboxSignal.notify();
    ctx.status = 202;
    ctx.body = {};
  };
