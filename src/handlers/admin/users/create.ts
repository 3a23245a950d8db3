import type { AdminUserBody } from '../../../contract/admin-user.js';
import { actorOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { consumeMailRequestLimit } from '../../../middleware/rate-limit.js';
import { createAccount } from '../../../models/accounts/create-account.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/admin/users: creates an account without a password. The user sets it with the token in the response, which is
 * shown once: a replay (Idempotency-Key) has null instead. A verification link is sent to the email address, if there is one.
 * @throws {AppError} rate_limited, validation_failed for an unknown role, forbidden for one with a permission that the caller
 * lacks, username_taken
 */
export const createUser = (services: Services): Handler<AdminUserBody> =>
  async function createUser(ctx) {
    const { settings, body, now, idempotencyLock } = ctx.state;
    const { username, email = null, description = null, current_goal: currentGoal = null, metadata = {} } = body;
    if (email !== null) await consumeMailRequestLimit(services, ctx);
    const { trx, afterCommit } = transactionOf(ctx);
    const { user, issued, isMailed } = await createAccount(trx, actorOf(ctx), {
      ...{ username, email, description, currentGoal, metadata, roles: body.roles ?? ['user'], now },
      ttl: settings.auth.passwordReset.ttl,
    });
    const created = { user: user.toAdmin(now), token: issued.token, expires_at: issued.expiresAt.toISOString() };
    const headers = { Location: `/api/v1/admin/users/${user.id}` };
    await idempotencyLock?.complete(trx, { status: 201, body: { ...created, token: null }, headers }, user.id);
    if (isMailed) {
      afterCommit(() => {
        services.outboxSignal.notify();
      });
    }
    ctx.status = 201;
    ctx.set(headers);
    ctx.body = created;
  };
