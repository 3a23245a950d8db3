import type { MailedTokenBody } from '../../../contract/recovery.js';
import { AppError } from '../../../errors/app-error.js';
import { invalidLink } from '../../../errors/invalid-link.js';
import type { ApiContext, Handler } from '../../../middleware/context.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { OneTimeToken } from '../../../models/one-time-token.js';
import { createSession } from '../../../models/open-session.js';
import { endExpiredBlock } from '../../../models/user-lifecycle.js';
import type { Services } from '../../../services.js';
import { sessionOptions, tokenResponse, type IssuedSession } from '../tokens.js';
import { redeemMagicLink } from './redeem.js';

/**
 * POST /api/v1/auth/magic-link/consume: logs in with the token of a mailed link. An address that no account has verified
 * makes a new account while registration is open; the token stays good while it is closed.
 * @throws {AppError} invalid_token, registration_closed
 */
export const consumeMagicLink = (services: Services): Handler<MailedTokenBody> =>
  async function consumeMagicLink(ctx) {
    const { body, now } = ctx.state;
    const use = { purpose: 'magic_link', token: body.token, now } as const;
    const open = await services.db.read((reader) => OneTimeToken.findOpen(reader, use));
    if (!open) throw invalidLink('sign-in link');
    const { isMailed, ...issued } = await logIn(services, ctx, open);
    if (isMailed) services.outboxSignal.notify();
    ctx.body = await tokenResponse(services, ctx, issued);
  };

/** A new session, and whether a mail was put into the outbox. */
type LoggedIn = IssuedSession & { readonly isMailed: boolean };

const logIn = async (services: Services, ctx: ApiContext<MailedTokenBody>, open: OneTimeToken): Promise<LoggedIn> => {
  const attempt = (): Promise<LoggedIn> =>
    services.db.transaction(async (trx) => {
      const { now, requestMetadata } = ctx.state;
      const { user, isMailed } = await redeemMagicLink(trx, ctx, open);
      await endExpiredBlock(trx, user, requestMetadata);
      await services.attempts.clear(trx, user);
      const request = { userId: user.id, requestMetadata, now, ...sessionOptions(ctx) };
      const { session, refreshToken } = await createSession(trx, request);
      const details = { session_id: session.id, method: 'magic_link' };
      const about = { actorId: user.id, subjectId: user.id, details };
      await AuditEvent.record(trx, { action: 'user.login', result: 'success', ...about }, requestMetadata);
      return { user, sessionId: session.id, refreshToken, isMailed };
    });
  try {
    return await attempt();
  } catch (error) {
    // Somebody verified the address, or took the generated name, at the same moment: now it is known who has it.
    if (error instanceof AppError && (error.code === 'email_taken' || error.code === 'username_taken')) {
      return attempt();
    }
    throw error;
  }
};
