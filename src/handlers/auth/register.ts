import type { RegisterBody } from '../../contract/auth.js';
import { AppError } from '../../errors/app-error.js';
import type { Handler } from '../../middleware/context.js';
import { AuditEvent } from '../../models/audit-event.js';
import { User } from '../../models/user.js';
import type { Services } from '../../services.js';

/**
 * POST /api/v1/auth/register: makes an account with the role `user`. The switch `registration.open` stands in front of it.
 * @throws {AppError} validation_failed, username_taken, overloaded
 */
export const register = ({ db, passwords, passwordPolicy }: Services): Handler<RegisterBody> =>
  async function register(ctx) {
    const { origin, claim, body, deadline } = ctx.state;
    const { username, password, email = null, description = null, current_goal: currentGoal = null } = body;
    const faults = passwordPolicy.check(password, { username, email });
    if (faults.length > 0) {
      throw new AppError('validation_failed', { errors: faults.map((fault) => ({ path: '/password', ...fault })) });
    }
    const passwordHash = await deadline.pausedDuring(() => passwords.hash(password));
    const answer = await db.transaction(async (trx) => {
      const user = await User.register(trx, { username, passwordHash, email, description, currentGoal });
      const fact = { action: 'user.registered', result: 'success', actorId: user.id, subjectId: user.id } as const;
      await AuditEvent.record(trx, fact, origin);
      const created = { status: 201, body: { user: user.toPublic() }, headers: { Location: '/api/v1/users/me' } };
      await claim?.complete(trx, created, user.id);
      return created;
    });
    ctx.status = answer.status;
    ctx.set(answer.headers);
    ctx.body = answer.body;
  };
