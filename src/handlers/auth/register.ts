import type { RegisterBody } from '../../contract/auth.js';
import { AppError } from '../../errors/app-error.js';
import type { ApiContext, Handler } from '../../middleware/context.js';
import { consumeMailRequestLimit } from '../../middleware/rate-limit.js';
import { AuditEvent } from '../../models/audit-event.js';
import { User } from '../../models/user.js';
import { handleEmailChange } from '../../models/verified-email.js';
import type { Services } from '../../services.js';
import { validateNewPassword } from './validate-new-password.js';

/**
 * POST /api/v1/auth/register: makes an account with the role `user`, and asks for proof of its address, if it has one. The
 * switch `registration.open` stands in front of it.
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
    const attempt = db.transaction(async (trx) => {
      const user = await User.register(trx, { username, passwordHash, email, description, currentGoal });
      const fact = { action: 'user.registered', result: 'success', actorId: user.id, subjectId: user.id } as const;
      await AuditEvent.record(trx, fact, requestMetadata);
      await handleEmailChange(trx, null, user, { now });
      const created = { status: 201, body: { user: user.toPublic() }, headers: { Location: '/api/v1/users/me' } };
      await idempotencyLock?.complete(trx, created, user.id);
      return created;
    });
    const answer = await attempt.catch((error: unknown) => recordRejection(services, ctx, error));
    if (email !== null) outboxSignal.notify();
    ctx.status = answer.status;
    ctx.set(answer.headers);
    ctx.body = answer.body;
  };

/** Audits that a name was taken, so that who tries many names is seen; the row also makes the refusal no quicker. */
const recordRejection = async (
  { db }: Services,
  { state }: ApiContext<RegisterBody>,
  error: unknown,
): Promise<never> => {
  if (error instanceof AppError && error.code === 'username_taken') {
    const details = { reason: error.code };
    const fact = { action: 'user.registered', result: 'failure', actorId: null, subjectId: null, details } as const;
    await AuditEvent.record(db.knex, fact, state.requestMetadata);
  }
  throw error;
};
