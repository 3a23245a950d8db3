import type { LogoutBody } from '../../contract/auth.js';
import { AppError } from '../../errors/app-error.js';
import type { Handler } from '../../middleware/context.js';
import { logOut, logOutByRefreshToken } from '../../models/sessions/refresh-session.js';
import { looksLikeOpaqueToken } from '../../security/opaque-token.js';
import type { Services } from '../../services.js';

/**
 * POST /api/v1/auth/logout: ends the session of the bearer token and that of the refresh token in the body; one of the two is
 * enough. The bearer token may have expired. A refresh token that was used before `auth.refresh.grace` ends its session as a
 * reuse, as POST /refresh does.
 * @throws {AppError} unauthorized without a token, invalid_refresh_token if the refresh token is the only one
 */
export const logout = ({ db }: Services): Handler<LogoutBody> =>
  async function logout(ctx) {
    const { body, endedByBearer, now, requestMetadata, settings } = ctx.state;
    const { refresh_token: token } = body;
    if (endedByBearer) await logOut(db, endedByBearer, { now, requestMetadata });
    else if (token === undefined) throw new AppError('unauthorized');
    if (token !== undefined) {
      const { grace } = settings.auth.refresh;
      const { isValid, isReused } = looksLikeOpaqueToken(token)
        ? await logOutByRefreshToken(db, { token, grace, now, requestMetadata })
        : { isValid: false, isReused: false };
      if (isReused) ctx.state.hasReusedToken = true;
      if (!isValid && !endedByBearer) throw new AppError('invalid_refresh_token');
    }
    ctx.status = 204;
  };
