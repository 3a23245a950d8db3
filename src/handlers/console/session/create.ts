import type { LoginBody } from '../../../contract/auth.js';
import type { Handler } from '../../../middleware/context.js';
import { logInByPassword } from '../../../policies/password-login.js';
import { assertOwnOrigin, consoleLifetimes, sendConsoleSession } from '../../../responses/console-session.js';
import { loginContext } from '../../../responses/tokens.js';
import type { Services } from '../../../services.js';

/**
 * POST /console/session: logs an operator in. The refresh token is sent in a cookie that scripts cannot read.
 * @throws {AppError} forbidden without any permission, invalid_credentials, too_many_attempts, overloaded, maintenance
 */
export const createConsoleSession = (services: Services): Handler<LoginBody> =>
  async function createConsoleSession(ctx) {
    assertOwnOrigin(ctx);
    const lifetimes = consoleLifetimes(ctx.state.settings);
    const context = { ...loginContext(services, ctx), lifetimes, client: 'console' } as const;
    const session = await logInByPassword(services, ctx, { context, requiresPermission: true });
    await sendConsoleSession(services, ctx, session);
  };
