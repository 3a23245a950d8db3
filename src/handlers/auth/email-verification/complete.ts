import type { MailedTokenBody } from '../../../contract/recovery.js';
import { AppError } from '../../../errors/app-error.js';
import type { Handler } from '../../../middleware/context.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { lockActiveAccount } from '../../../models/credential.js';
import { OneTimeToken } from '../../../models/one-time-token.js';
import { isAddressOf, verifyAddress } from '../../../models/verified-address.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/auth/email-verification/complete: proves the address that the token was mailed to.
 * @throws {AppError} invalid_token, email_taken
 */
export const completeEmailVerification = ({ db }: Services): Handler<MailedTokenBody> =>
  async function completeEmailVerification(ctx) {
    const { now, origin, body } = ctx.state;
    const use = { purpose: 'email_verification', token: body.token, now } as const;
    const open = await db.read((reader) => OneTimeToken.findOpen(reader, use));
    const userId = open?.userId ?? null;
    if (userId === null) throw new AppError('invalid_token');
    await db.transaction(async (trx) => {
      const user = await lockActiveAccount(trx, userId, now);
      const token = user && (await OneTimeToken.consume(trx, use));
      if (!token || !isAddressOf(user, token.address)) throw new AppError('invalid_token');
      if (user.emailVerified) return;
      await verifyAddress(trx, userId);
      const about = { actorId: userId, subjectId: userId };
      await AuditEvent.record(trx, { action: 'user.email_verified', result: 'success', ...about }, origin);
    });
    ctx.status = 204;
  };
