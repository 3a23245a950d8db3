import type { RefreshBody } from '../../contract/auth.js';
import { AppError } from '../../errors/app-error.js';
import type { Handler } from '../../middleware/context.js';
import { isAllowedDuringMaintenance, maintenanceError } from '../../middleware/maintenance.js';
import { RefreshToken } from '../../models/refresh-token.js';
import { User } from '../../models/user.js';
import { looksLikeOpaqueToken } from '../../security/opaque-token.js';
import type { Services } from '../../services.js';
import { endReusedSession } from './end-reused-session.js';
import { refreshLifetimes, tokenResponse } from './tokens.js';

/**
 * POST /api/v1/auth/refresh: spends a refresh token for a new pair. A repeat within `auth.refresh.grace` gets the same
 * successor; a later one ends the session (RFC 9700, 4.14.2).
 * During maintenance the token of somebody who is no operator stays as it is.
 * @throws {AppError} invalid_refresh_token, maintenance
 */
export const refresh = (services: Services): Handler<RefreshBody> =>
  async function refresh(ctx) {
    const { db, secretBox } = services;
    const { body, now, settings } = ctx.state;
    const token = body.refresh_token;
    if (!looksLikeOpaqueToken(token)) throw new AppError('invalid_refresh_token');
    const lifetimes = refreshLifetimes(ctx);
    const rotation = await db.transaction(async (trx) => {
      const found = await RefreshToken.rotate(trx, { token, now, lifetimes, secretBox });
      if (found.outcome === 'reused') await endReusedSession(trx, ctx, found);
      // Thrown within the transaction, which takes the use of the token back.
      if (found.outcome === 'successor' && !(await isAllowedDuringMaintenance(trx, settings, found.userId))) {
        throw maintenanceError(settings);
      }
      return found;
    });
    if (rotation.outcome !== 'successor') throw new AppError('invalid_refresh_token');
    const user = await db.read((connection) => User.findAccount(connection, rotation.userId));
    if (!user) throw new AppError('invalid_refresh_token');
    await user.recordUse(db.knex, now);
    ctx.body = await tokenResponse(services, ctx, { user, ...rotation });
  };
