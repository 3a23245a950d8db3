import type { RegisterBody } from '../../contract/auth.js';
import type { Handler } from '../../middleware/context.js';
import { consumeMailRequestLimit } from '../../middleware/rate-limit.js';
import { registerAccount } from '../../models/accounts/create-account.js';
import type { User } from '../../models/accounts/user.js';
import { validateNewPassword } from '../../policies/new-password.js';
import type { Services } from '../../services.js';

const created = (user: User) => ({
  ...{ status: 201, body: { user: user.toPublic() }, headers: { Location: '/api/v1/users/me' } },
});

/**
 * POST /api/v1/auth/register: creates an account with the role `user`, and sends a verification link to its email address, if
 * it has one. The route rejects requests while `registration.open` is false.
 * @throws {AppError} rate_limited, validation_failed, username_taken, overloaded
 */
export const register = (services: Services): Handler<RegisterBody> =>
  async function register(ctx) {
    const { db, passwords, outboxSignal } = services;
    const { requestMetadata, idempotencyLock, body, deadline, now, settings } = ctx.state;
    const { username, password, email = null, description = null, current_goal: currentGoal = null } = body;
    if (email !== null) await consumeMailRequestLimit(services, ctx);
    validateNewPassword(services, settings, password, { username, email }, '/password');
    const passwordHash = await deadline.pausedDuring(() => passwords.hash(password, settings));
    const user = await registerAccount(db, {
      ...{ username, passwordHash, email, description, currentGoal, now, requestMetadata },
      within: async (trx, account) => idempotencyLock?.complete(trx, created(account), account.id),
    });
    if (email !== null) outboxSignal.notify();
    const { status, headers, body: registered } = created(user);
    ctx.status = status;
    ctx.set(headers);
    ctx.body = registered;
  };
