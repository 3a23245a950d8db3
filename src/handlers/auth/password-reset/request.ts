import type { PasswordResetRequestBody } from '../../../contract/recovery.js';
import { consumeAccountLimit } from '../../../middleware/count-account.js';
import type { Handler } from '../../../middleware/context.js';
import { OutgoingMail } from '../../../models/mail/outgoing-mail.js';
import { canonical } from '../../../models/accounts/user.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/auth/password-reset/request: requests a link to set a new password. The mail worker looks the account up
 * later, so that the request does the same work for all names (OWASP ASVS 5.0, 6.3.8). It is counted by the submitted
 * name, so that no count links a username to an email address; the worker counts by account.
 * @throws {AppError} too_many_attempts
 */
export const requestPasswordReset = (services: Services): Handler<PasswordResetRequestBody> =>
  async function requestPasswordReset(ctx) {
    const { db } = services;
    const { body, now, requestMetadata } = ctx.state;
    const name = body.username ?? body.email ?? '';
    await consumeAccountLimit(services, ctx, 'passwordReset', canonical(name));
    const request = { kind: 'password_reset', userId: null, address: name, now, requestMetadata } as const;
    await OutgoingMail.enqueue(db.knex, request);
    // The worker is not notified: its work for existing accounts would slow down the next request, and so reveal which exist.
    ctx.status = 202;
    ctx.body = {};
  };
