import type { LogoutBody } from '../../contract/auth.js';
import { AppError } from '../../errors/app-error.js';
import type { ApiContext, Handler } from '../../middleware/context.js';
import { RefreshToken } from '../../models/refresh-token.js';
import { looksLikeOpaqueToken } from '../../security/opaque-token.js';
import type { Services } from '../../services.js';
import { endSession } from '../users/me/sessions/end-session.js';
import { endReusedSession } from './end-reused-session.js';

/**
 * Ends the session of a refresh token. A token that was spent longer ago than `auth.refresh.grace` ends it too, but as a
 * reuse, like POST /refresh does.
 * @returns false for a token that POST /refresh would refuse
 */
const endByRefreshToken = async (services: Services, ctx: ApiContext<LogoutBody>, token: string): Promise<boolean> => {
  if (!looksLikeOpaqueToken(token)) return false;
  const { now, settings } = ctx.state;
  const found = await services.db.transaction(async (trx) => {
    const judged = await RefreshToken.inspect(trx, { token, now, grace: settings.auth.refresh.grace });
    if (judged.outcome === 'reused') await endReusedSession(trx, ctx, judged);
    return judged;
  });
  if (found.outcome !== 'usable') return false;
  await endSession(services, ctx, found, 'logout');
  return true;
};

/**
 * POST /api/v1/auth/logout: ends the session of the bearer token and that of the refresh token in the body; one of the two
 * is enough. Their access and refresh tokens are refused from this answer on. The bearer token may have expired.
 * @throws {AppError} unauthorized without a token, invalid_refresh_token where the refresh token is all there is
 */
export const logout = (services: Services): Handler<LogoutBody> =>
  async function logout(ctx) {
    const { body, endedByBearer } = ctx.state;
    if (endedByBearer) await endSession(services, ctx, endedByBearer, 'logout');
    else if (body.refresh_token === undefined) throw new AppError('unauthorized');
    if (body.refresh_token !== undefined) {
      const isKnown = await endByRefreshToken(services, ctx, body.refresh_token);
      if (!isKnown && !endedByBearer) throw new AppError('invalid_refresh_token');
    }
    ctx.status = 204;
  };
