import { AppError } from '../../../errors/app-error.js';
import type { ApiContext, Handler } from '../../../middleware/context.js';
import { holdsAnyPermission } from '../../../models/roles/permission.js';
import { refreshSession } from '../../../models/sessions/refresh-session.js';
import { User } from '../../../models/accounts/user.js';
import {
  assertOwnOrigin,
  clearCookie,
  consoleLifetimes,
  refreshTokenIn,
  sendConsoleSession,
} from '../../../responses/console-session.js';
import { looksLikeOpaqueToken } from '../../../security/opaque-token.js';
import type { Services } from '../../../services.js';

/** A session that has ended: the browser forgets its token. */
const ended = (ctx: ApiContext): AppError => {
  clearCookie(ctx);
  return new AppError('invalid_refresh_token', { detail: 'The session of the operator console has ended.' });
};

/**
 * POST /console/session/refresh: exchanges the refresh token in the cookie for new tokens. A session without a refresh
 * within `console.idleTimeout` has ended.
 * @throws {AppError} forbidden (from another origin, or without any permission), invalid_refresh_token
 */
export const refreshConsoleSession = (services: Services): Handler =>
  async function refreshConsoleSession(ctx) {
    assertOwnOrigin(ctx, { isRequired: true });
    const { db, secretBox } = services;
    const { now, requestMetadata, settings } = ctx.state;
    const token = refreshTokenIn(ctx);
    if (token === undefined || !looksLikeOpaqueToken(token)) throw ended(ctx);
    const lifetimes = consoleLifetimes(settings);
    const { idleTimeout } = settings.console;
    const input = { token, now, lifetimes, secretBox, requestMetadata, client: 'console', idleTimeout } as const;
    const result = await refreshSession(db, input, async (trx, userId) => {
      if (!(await holdsAnyPermission(trx, userId))) throw new AppError('forbidden');
    });
    if (result.isSessionEnded === true) ctx.state.hasReusedToken = true;
    if (result.outcome !== 'successor') throw ended(ctx);
    const user = await db.read((connection) => User.findAccount(connection, result.userId));
    if (!user) throw ended(ctx);
    await user.recordUse(db.knex, now);
    await sendConsoleSession(services, ctx, { user, ...result });
  };
