import type { MailedTokenBody } from '../../../contract/recovery.js';
import { invalidLink } from '../../../errors/invalid-link.js';
import type { Handler } from '../../../middleware/context.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { lockActiveAccount } from '../../../models/credential.js';
import { OneTimeToken } from '../../../models/one-time-token.js';
import { isSameEmail, unverifiedEmail, verifyEmail } from '../../../models/verified-email.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/auth/email-verification/complete: verifies the address that the token was mailed to; a pending one becomes
 * that of the account. A bearer token of the same account shows that its holder also owns the address; without one, the
 * first login link or password reset removes what was set up before.
 * @throws {AppError} invalid_token, email_taken
 */
export const completeEmailVerification = ({ db, outboxSignal }: Services): Handler<MailedTokenBody> =>
  async function completeEmailVerification(ctx) {
    const { now, requestMetadata, body } = ctx.state;
    const use = { purpose: 'email_verification', token: body.token, now } as const;
    const open = await db.read((reader) => OneTimeToken.findOpen(reader, use));
    const userId = open?.userId ?? null;
    if (userId === null) throw invalidLink('verification link');
    const isClaimed = ctx.state.caller?.userId === userId;
    const isNoticed = await db.transaction(async (trx) => {
      const user = await lockActiveAccount(trx, userId, now);
      const token = user && (await OneTimeToken.consume(trx, use));
      if (!token || !isSameEmail(unverifiedEmail(user), token.address)) throw invalidLink('verification link');
      const { isChanged, isMailed } = await verifyEmail(trx, user, { isClaimed, now });
      const about = { result: 'success', actorId: userId, subjectId: userId } as const;
      await AuditEvent.record(
        trx,
        { action: 'user.email_verified', ...about, details: { claimed: isClaimed } },
        requestMetadata,
      );
      if (isChanged) await AuditEvent.record(trx, { action: 'user.email_changed', ...about }, requestMetadata);
      return isMailed;
    });
    if (isNoticed) outboxSignal.notify();
    ctx.status = 204;
  };
