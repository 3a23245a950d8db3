import type { RefreshBody } from '../../contract/auth.js';
import { AppError } from '../../errors/app-error.js';
import type { Handler } from '../../middleware/context.js';
import { isAllowedDuringMaintenance, maintenanceError } from '../../middleware/maintenance.js';
import { refreshSession } from '../../models/sessions/refresh-session.js';
import { User } from '../../models/accounts/user.js';
import { tokenResponse } from '../../responses/tokens.js';
import { looksLikeOpaqueToken } from '../../security/opaque-token.js';
import type { Services } from '../../services.js';

/**
 * POST /api/v1/auth/refresh: exchanges a refresh token for new tokens. Reusing a token within `auth.refresh.grace`
 * returns the same successor; later, it ends the session (RFC 9700, 4.14.2). During maintenance, the token of a user
 * without a permission stays unused.
 * @throws {AppError} invalid_refresh_token, maintenance
 */
export const refresh = (services: Services): Handler<RefreshBody> =>
  async function refresh(ctx) {
    const { db, secretBox } = services;
    const { body, now, requestMetadata, settings } = ctx.state;
    const token = body.refresh_token;
    if (!looksLikeOpaqueToken(token)) throw new AppError('invalid_refresh_token');
    const input = { token, now, lifetimes: settings.auth.refresh, secretBox, requestMetadata };
    const result = await refreshSession(db, input, async (trx, userId) => {
      if (!(await isAllowedDuringMaintenance(trx, settings, userId))) throw maintenanceError(settings);
    });
    if (result.isSessionEnded === true) ctx.state.hasReusedToken = true;
    if (result.outcome !== 'successor') throw new AppError('invalid_refresh_token');
    const user = await db.read((connection) => User.findAccount(connection, result.userId));
    if (!user) throw new AppError('invalid_refresh_token');
    await user.recordUse(db.knex, now);
    ctx.body = await tokenResponse(services, ctx, { user, ...result });
  };
