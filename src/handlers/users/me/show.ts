import { AppError } from '../../../errors/app-error.js';
import { respondFromCache } from '../../../middleware/cached-response.js';
import { callerOf, type Handler } from '../../../middleware/context.js';
import { User } from '../../../models/user.js';
import type { Services } from '../../../services.js';

/**
 * GET /api/v1/users/me: the own account. The cache key holds the account's version, which the session look-up has just
 * read, so a write is seen by the next request on every instance.
 * @throws {AppError} invalid_token when the account has gone since
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
