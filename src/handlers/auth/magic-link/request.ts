import type { MagicLinkRequestBody } from '../../../contract/recovery.js';
import { consumeAccountLimit } from '../../../middleware/count-account.js';
import type { Handler } from '../../../middleware/context.js';
import { OutgoingMail } from '../../../models/mail/outgoing-mail.js';
import { canonical } from '../../../models/accounts/user.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/auth/magic-link/request: requests a login link. Like a password reset request, it does the same work for
 * every address, and the mail worker is not woken.
 * @throws {AppError} too_many_attempts
 */
export const requestMagicLink = (services: Services): Handler<MagicLinkRequestBody> =>
  async function requestMagicLink(ctx) {
    const { body, now, requestMetadata } = ctx.state;
    await consumeAccountLimit(services, ctx, 'mail', `magic_link:${canonical(body.email)}`);
    const request = {
      kind: 'magic_link',
      userId: null,
      address: body.email,
      now,
      requestMetadata,
    } as const;
    await OutgoingMail.enqueue(services.db.knex, request);
    ctx.status = 202;
    ctx.body = {};
  };
