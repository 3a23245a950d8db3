import type { AdminUserBody } from '../../../contract/admin-user.js';
import { callerOf, type Handler } from '../../../middleware/context.js';
import { consumeMailRequestLimit } from '../../../middleware/rate-limit.js';
import { AuditEvent } from '../../../models/audit-event.js';
import { OneTimeToken } from '../../../models/one-time-token.js';
import { User } from '../../../models/user.js';
import { assertCanAssignRoles } from '../../../models/user-roles.js';
import { handleEmailChange } from '../../../models/verified-email.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/admin/users: makes an account without a password. The person sets it with the token of the answer, which
 * is shown once: a replay (Idempotency-Key) has null in its place. An address is asked for proof.
 * @throws {AppError} rate_limited, validation_failed for an unknown role, forbidden for one beyond the caller's rights, username_taken
 */
export const createUser = (services: Services): Handler<AdminUserBody> =>
  async function createUser(ctx) {
    const { db, outboxSignal } = services;
    const { settings, body, now, requestMetadata, idempotencyLock } = ctx.state;
    const { userId: actorId } = callerOf(ctx);
    const { username, email = null, description = null, current_goal: currentGoal = null, metadata = {} } = body;
    const roles = body.roles ?? ['user'];
    if (email !== null) await consumeMailRequestLimit(services, ctx);
    const answer = await db.transaction(async (trx) => {
      await assertCanAssignRoles(trx, actorId, roles);
      const profile = { username, passwordHash: null, email, description, currentGoal, metadata };
      const user = await User.register(trx, profile, roles);
      const request = { purpose: 'password_reset', userId: user.id, address: null, now } as const;
      const issued = await OneTimeToken.issue(trx, { ...request, ttl: settings.auth.passwordReset.ttl });
      const about = { actorId, subjectId: user.id, details: { roles: user.roles } };
      await AuditEvent.record(trx, { action: 'user.created', result: 'success', ...about }, requestMetadata);
      const shown = { user: user.toAdmin(now), token: issued.token, expires_at: issued.expiresAt.toISOString() };
      const { isMailed } = await handleEmailChange(trx, null, user, { now });
      const headers = { Location: `/api/v1/admin/users/${user.id}` };
      await idempotencyLock?.complete(trx, { status: 201, body: { ...shown, token: null }, headers }, user.id);
      return { headers, body: shown, isMailed };
    });
    if (answer.isMailed) outboxSignal.notify();
    ctx.status = 201;
    ctx.set(answer.headers);
    ctx.body = answer.body;
  };
