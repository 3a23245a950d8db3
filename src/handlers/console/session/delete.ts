import type { Handler } from '../../../middleware/context.js';
import { logOutByRefreshToken } from '../../../models/sessions/refresh-session.js';
import { assertOwnOrigin, clearCookie, refreshTokenIn } from '../../../responses/console-session.js';
import { looksLikeOpaqueToken } from '../../../security/opaque-token.js';
import type { Services } from '../../../services.js';

/**
 * DELETE /console/session: ends the session of the cookie, if there is one, and removes the cookie.
 * @throws {AppError} forbidden from another origin
 */
export const deleteConsoleSession = ({ db }: Services): Handler =>
  async function deleteConsoleSession(ctx) {
    assertOwnOrigin(ctx);
    const { now, requestMetadata, settings } = ctx.state;
    const token = refreshTokenIn(ctx);
    if (token !== undefined && looksLikeOpaqueToken(token)) {
      const { grace } = settings.auth.refresh;
      const { isReused } = await logOutByRefreshToken(db, { token, grace, now, requestMetadata });
      if (isReused) ctx.state.hasReusedToken = true;
    }
    clearCookie(ctx);
    ctx.status = 204;
  };
