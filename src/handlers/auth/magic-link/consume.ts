import type { MailedTokenBody } from '../../../contract/recovery.js';
import { invalidLink } from '../../../errors/invalid-link.js';
import type { Handler } from '../../../middleware/context.js';
import { logInWithMagicLink } from '../../../models/login/log-in.js';
import { OneTimeToken } from '../../../models/login/one-time-token.js';
import { loginContext, tokenResponse } from '../../../responses/tokens.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/auth/magic-link/consume: logs in with the token of an emailed link. An email address without an account
 * creates one while registration is open; while it is closed, the token stays valid.
 * @throws {AppError} invalid_token, registration_closed
 */
export const consumeMagicLink = (services: Services): Handler<MailedTokenBody> =>
  async function consumeMagicLink(ctx) {
    const { body, now, settings } = ctx.state;
    const { token } = body;
    const found = await services.db.read((reader) =>
      OneTimeToken.findOpen(reader, { purpose: 'magic_link', token, now }),
    );
    if (!found) throw invalidLink('login link');
    const link = { found, token, isRegistrationOpen: settings.registration.open };
    const { isMailed, ...session } = await logInWithMagicLink(loginContext(services, ctx), link);
    if (isMailed) services.outboxSignal.notify();
    ctx.body = await tokenResponse(services, ctx, session);
  };
