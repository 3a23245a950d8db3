import { AppError } from '../../../errors/app-error.js';
import { callerOf, type ApiContext } from '../../../middleware/context.js';
import { AuditEvent, type AuditAction } from '../../../models/audit-event.js';
import { canonical, User } from '../../../models/user.js';
import type { Services } from '../../../services.js';

/**
 * Has the caller prove the own password before something grave (OWASP ASVS 5.0, 7.5.1). It is counted before anything is
 * hashed, like a login: a stolen access token is no way around the limits of guessing.
 * @param action what the caller wants to do; a wrong password is audited as its failure
 * @returns the account that the password was checked against; whoever changes it compares `passwordHash` once more
 * @throws {AppError} too_many_attempts, wrong_password, overloaded
 */
export const confirmPassword = async (
  services: Services,
  ctx: ApiContext,
  password: string,
  action: AuditAction,
): Promise<User> => {
  const { db, attempts, passwords } = services;
  const { now, requestMetadata, clientKey, deadline, settings } = ctx.state;
  const { userId } = callerOf(ctx);
  const user = await db.read((reader) => User.findAccount(reader, userId));
  if (!user) throw new AppError('invalid_token');
  const attempt = { name: canonical(user.username), userId, client: clientKey, limits: settings.rateLimit, now };
  const count = await attempts.count(attempt);
  // Callers know their own account, so nothing needs hiding: the response is 429 whichever counter is exhausted.
  if (count.rejection && !count.isAllowed) {
    throw new AppError('too_many_attempts', { retryAfterSeconds: count.rejection.retryAfterSeconds });
  }
  const { matches } = await deadline.pausedDuring(() => passwords.verify(password, user.passwordHash, settings));
  if (!matches) {
    const about = { result: 'failure', actorId: userId, subjectId: userId } as const;
    await AuditEvent.record(db.knex, { action, ...about, details: { reason: 'wrong_password' } }, requestMetadata);
    if (count.isLast) await AuditEvent.record(db.knex, { action: 'user.locked_out', ...about }, requestMetadata);
    throw new AppError('wrong_password');
  }
  await attempts.succeeded(db.knex, count);
  return user;
};
