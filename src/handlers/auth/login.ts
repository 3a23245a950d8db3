import type { LoginBody } from '../../contract/auth.js';
import { AppError } from '../../errors/app-error.js';
import type { ApiContext, Handler } from '../../middleware/context.js';
import { AuditEvent } from '../../models/audit/audit-event.js';
import { logInWithPassword, type IssuedSession } from '../../models/login/log-in.js';
import type { AttemptCount } from '../../models/login/login-attempts.js';
import { canonical, User } from '../../models/accounts/user.js';
import { rejectLoginDuringMaintenance } from '../../policies/maintenance.js';
import { loginContext, tokenResponse } from '../../responses/tokens.js';
import type { PasswordResult } from '../../security/password.js';
import type { Services } from '../../services.js';

/** How often a password is checked again because its stored hash was replaced during the check. */
const maxChecks = 3;

/**
 * POST /api/v1/auth/login: logs in with a username (or a verified email address) and a password. Unknown, blocked and deleted
 * accounts get the same response, after the same work, as a wrong password, and so do logins to an account whose attempts
 * are exhausted under its other name. An exhausted name gets 429, whether it exists or not.
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
    const result = await deadline.pausedDuring(() => passwords.verify(body.password, storedHash, settings));
    const isProven = result.matches && isActive && count.isAllowed;
    if (isProven) await rejectLoginDuringMaintenance(services, ctx, user, count);
    const session = isProven ? await createSession(services, ctx, { user, result, count }) : undefined;
    if (!session) {
      await recordFailure(services, ctx, user, count);
      if (count.rejection?.counter !== 'name') throw new AppError('invalid_credentials');
      throw new AppError('too_many_attempts', { retryAfterSeconds: count.rejection.retryAfterSeconds });
    }
    ctx.body = await tokenResponse(services, ctx, session);
  };

/** A login with a correct password. */
interface PasswordLogin {
  readonly user: User;
  /** The result of the check against `user.passwordHash`. */
  readonly result: PasswordResult;
  readonly count: AttemptCount;
}

/**
 * Creates the session. If the stored hash was replaced during the check, because a concurrent login raised its cost or the
 * password was changed, the password is checked against the new hash.
 * @returns undefined if the account no longer exists, is blocked, or has another password
 */
const createSession = async (
  services: Services,
  ctx: ApiContext<LoginBody>,
  { user, result: firstResult, count }: PasswordLogin,
): Promise<IssuedSession | undefined> => {
  const { db, passwords } = services;
  const { body, now, deadline, settings } = ctx.state;
  let [checked, result] = [user, firstResult];
  for (let check = 1; result.matches && checked.isActive(now); check += 1) {
    const storedHash = checked.passwordHash;
    const newHash = result.needsRehash
      ? await deadline.pausedDuring(() => passwords.rehash(body.password, storedHash ?? '', settings))
      : null;
    const session = await logInWithPassword(loginContext(services, ctx), { user: checked, newHash, count });
    if (session || check === maxChecks) return session;
    const fresh = await db.read((connection) => User.findAccount(connection, user.id));
    if (!fresh || fresh.passwordHash === storedHash) return undefined;
    result = await deadline.pausedDuring(() => passwords.verify(body.password, fresh.passwordHash, settings));
    checked = fresh;
  }
  return undefined;
};

const recordFailure = async (
  { db }: Services,
  { state }: ApiContext<LoginBody>,
  user: User | undefined,
  { isLast }: AttemptCount,
): Promise<void> => {
  const actor = { actorId: null, requestMetadata: state.requestMetadata };
  const event = { subjectId: user?.id ?? null, result: 'failure' } as const;
  await AuditEvent.record(db.knex, 'user.login_failed', actor, event);
  if (isLast) await AuditEvent.record(db.knex, 'user.locked_out', actor, event);
};
