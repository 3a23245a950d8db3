import type { LoginBody } from '../../contract/auth.js';
import type { Handler } from '../../middleware/context.js';
import { logInByPassword } from '../../policies/password-login.js';
import { loginContext, tokenResponse } from '../../responses/tokens.js';
import type { Services } from '../../services.js';

/**
 * POST /api/v1/auth/login: logs in with a username (or a verified email address) and a password. Unknown, blocked and deleted
 * accounts get the same response, after the same work, as a wrong password.
 * @throws {AppError} invalid_credentials, too_many_attempts, overloaded, maintenance
 */
export const login = (services: Services): Handler<LoginBody> =>
  async function login(ctx) {
    const session = await logInByPassword(services, ctx, { context: loginContext(services, ctx) });
    ctx.body = await tokenResponse(services, ctx, session);
  };
