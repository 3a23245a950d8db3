import type { LoginBody } from '../../contract/auth.js';
import { AppError } from '../../errors/app-error.js';
import type { ApiContext, Handler } from '../../middleware/context.js';
import { AuditEvent } from '../../models/audit-event.js';
import type { AttemptCount } from '../../models/login-attempts.js';
import { canonical, User } from '../../models/user.js';
import type { Services } from '../../services.js';
import { createPasswordSession } from './create-password-session.js';
import { rejectDuringMaintenance } from './reject-during-maintenance.js';
import { tokenResponse } from './tokens.js';

/**
 * POST /api/v1/auth/login: exchanges a username (or a verified address) and password for a token pair.
 * Unknown, blocked and deleted accounts get the same answer after the same work as a wrong password, and so do logins
 * to an account whose attempts are used up under its other name.
 * An exhausted name is answered with 429, whether it exists or not.
 * @throws {AppError} invalid_credentials, too_many_attempts, overloaded, maintenance
 */
export const login = (services: Services): Handler<LoginBody> =>
  async function login(ctx) {
    const { db, attempts, passwords } = services;
    const { body, clientKey, now, deadline, settings } = ctx.state;
    const attempt = { name: canonical(body.username), client: clientKey, limits: settings.rateLimit, now };
    attempts.rejectRecent(attempt);
    const user = await db.read((connection) => User.findByLogin(connection, body.username));
    const count = await attempts.count({ ...attempt, userId: user?.id });
    const isActive = user?.isActive(now) === true;
    const storedHash = user?.passwordHash ?? null;
    const proof = await deadline.pausedDuring(() => passwords.verify(body.password, storedHash, settings));
    const isProved = proof.matches && isActive && count.isAllowed;
    if (isProved) await rejectDuringMaintenance(services, ctx, user, count);
    const issued = isProved ? await createPasswordSession(services, ctx, { user, proof, count }) : undefined;
    if (!issued) {
      await recordFailure(services, ctx, user, count);
      if (count.rejection?.counter !== 'name') throw new AppError('invalid_credentials');
      throw new AppError('too_many_attempts', { retryAfterSeconds: count.rejection.retryAfterSeconds });
    }
    ctx.body = await tokenResponse(services, ctx, issued);
  };

const recordFailure = async (
  { db }: Services,
  { state }: ApiContext<LoginBody>,
  user: User | undefined,
  { isLast }: AttemptCount,
): Promise<void> => {
  const about = { result: 'failure', actorId: null, subjectId: user?.id ?? null } as const;
  await AuditEvent.record(db.knex, { action: 'user.login_failed', ...about }, state.requestMetadata);
  if (isLast) await AuditEvent.record(db.knex, { action: 'user.locked_out', ...about }, state.requestMetadata);
};
