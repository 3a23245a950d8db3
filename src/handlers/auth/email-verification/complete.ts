import type { MailedTokenBody } from '../../../contract/recovery.js';
import type { Handler } from '../../../middleware/context.js';
import { completeVerification } from '../../../models/accounts/email-verification.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/auth/email-verification/complete: verifies the email address that the token was emailed to. A bearer
 * token of the same account shows that its holder also owns the address.
 * @throws {AppError} invalid_token, email_taken
 */
export const completeEmailVerification = ({ db, outboxSignal }: Services): Handler<MailedTokenBody> =>
  async function completeEmailVerification(ctx) {
    const { now, requestMetadata, body, caller } = ctx.state;
    const verification = { token: body.token, callerId: caller?.userId, now, requestMetadata };
    if (await completeVerification(db, verification)) outboxSignal.notify();
    ctx.status = 204;
  };
