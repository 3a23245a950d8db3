import { AppError } from '../../../errors/app-error.js';
import { respondFromCache } from '../../../middleware/cached-response.js';
import { callerOf, type Handler } from '../../../middleware/context.js';
import { User } from '../../../models/accounts/user.js';
import type { Services } from '../../../services.js';

/**
 * GET /api/v1/users/me: the current user. The cache key contains the version of the account, which was read with the session,
 * so the next request on every instance sees a change.
 * @throws {AppError} invalid_token if the account no longer exists
 */
export const showMe = (services: Services): Handler =>
  async function showMe(ctx) {
    const { userId, userVersion } = callerOf(ctx);
    const key = `${userId}:${userVersion}`;
    await respondFromCache(services, ctx, { namespace: 'user', key }, async () => {
      const user = await services.db.read((connection) => User.findAccount(connection, userId));
      if (!user) throw new AppError('invalid_token');
      return { body: user.toPublic(), etag: user.etag };
    });
  };
