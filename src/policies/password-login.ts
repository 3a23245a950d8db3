import type { LoginBody } from '../contract/auth.js';
import { AppError } from '../errors/app-error.js';
import type { ApiContext } from '../middleware/context.js';
import { isAllowedDuringMaintenance, maintenanceError } from '../middleware/maintenance.js';
import { AuditEvent } from '../models/audit/audit-event.js';
import { logInWithPassword, type IssuedSession, type LoginContext } from '../models/login/log-in.js';
import { countEvent } from '../models/counters.js';
import type { AttemptCount } from '../models/login/login-attempts.js';
import { holdsAnyPermission } from '../models/roles/permission.js';
import { canonical, User } from '../models/accounts/user.js';
import type { PasswordResult } from '../security/password.js';
import type { Services } from '../services.js';

/** How often a password is checked again because its stored hash was replaced during the check. */
const maxChecks = 3;

/** Options for `logInByPassword`. */
export interface PasswordLoginOptions {
  readonly context: LoginContext;
  /** Whether only users with at least one permission can log in. */
  readonly requiresPermission?: boolean;
}

/**
 * Logs in the user of the request body with a username (or a verified email address) and a password. Unknown, blocked and
 * deleted accounts get the same response, after the same work, as a wrong password, and so do logins to an account whose
 * attempts are exhausted under its other name. An exhausted name gets 429, whether it exists or not.
 * @throws {AppError} invalid_credentials, too_many_attempts, overloaded, maintenance, forbidden
 */
export const logInByPassword = async (
  services: Services,
  ctx: ApiContext<LoginBody>,
  options: PasswordLoginOptions,
): Promise<IssuedSession> => {
  const { db, attempts, passwords } = services;
  const { body, clientKey, now, deadline, settings } = ctx.state;
  const attempt = { name: canonical(body.username), client: clientKey, limits: settings.rateLimit, now };
  attempts.rejectRecent(attempt);
  const user = await db.read((connection) => User.findByLogin(connection, body.username));
  const count = await attempts.count({ ...attempt, userId: user?.id });
  const isActive = user?.isActive(now) === true;
  const storedHash = user?.passwordHash ?? null;
  const verification = await deadline.pausedDuring(() => passwords.verify(body.password, storedHash, settings));
  const isProven = verification.matches && isActive && count.isAllowed;
  if (isProven) await rejectUnlessAllowed(services, ctx, { user, count }, options);
  const session = isProven ? await createSession(services, ctx, { user, verification, count }, options) : undefined;
  if (!session) {
    await recordFailure(services, ctx, user, count);
    if (count.rejection?.counter !== 'name') throw new AppError('invalid_credentials');
    throw new AppError('too_many_attempts', { retryAfterSeconds: count.rejection.retryAfterSeconds });
  }
  return session;
};

/** A login with a correct password. */
interface PasswordLogin {
  readonly user: User;
  /** The result of the check against `user.passwordHash`. */
  readonly verification: PasswordResult;
  readonly count: AttemptCount;
}

/**
 * During maintenance, only users with a permission can log in. Others learn about it only with the correct password, which
 * does not count as a failed attempt.
 * @throws {AppError} maintenance, forbidden
 */
const rejectUnlessAllowed = async (
  { db, attempts }: Services,
  { state }: ApiContext,
  { user: { id }, count }: Omit<PasswordLogin, 'verification'>,
  { requiresPermission = false }: PasswordLoginOptions,
): Promise<void> => {
  const { settings, requestMetadata } = state;
  const reject = async (reason: 'maintenance' | 'no_permission', error: AppError): Promise<never> => {
    await attempts.succeeded(db.knex, count);
    const event = { subjectId: id, result: 'failure', details: { reason } } as const;
    await AuditEvent.record(db.knex, 'user.login_failed', { actorId: null, requestMetadata }, event);
    throw error;
  };
  if (!(await db.read((reader) => isAllowedDuringMaintenance(reader, settings, id)))) {
    await reject('maintenance', maintenanceError(settings));
  }
  if (requiresPermission && !(await db.read((reader) => holdsAnyPermission(reader, id)))) {
    const detail = 'This account has no permission to use the operator console.';
    await reject('no_permission', new AppError('forbidden', { detail }));
  }
};

/**
 * Creates the session. If the stored hash was replaced during the check, because a concurrent login raised its cost or the
 * password was changed, the password is checked against the new hash.
 * @returns undefined if the account no longer exists, is blocked, or has another password
 */
const createSession = async (
  { db, passwords }: Services,
  ctx: ApiContext<LoginBody>,
  { user, verification, count }: PasswordLogin,
  { context }: PasswordLoginOptions,
): Promise<IssuedSession | undefined> => {
  const { body, now, deadline, settings } = ctx.state;
  let [checked, result] = [user, verification];
  for (let check = 1; result.matches && checked.isActive(now); check += 1) {
    const storedHash = checked.passwordHash;
    const newHash = result.needsRehash
      ? await deadline.pausedDuring(() => passwords.rehash(body.password, storedHash ?? '', settings))
      : null;
    const session = await logInWithPassword(context, { user: checked, newHash, count });
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
  await db.transaction(async (trx) => {
    await AuditEvent.record(trx, 'user.login_failed', actor, event);
    if (isLast) await AuditEvent.record(trx, 'user.locked_out', actor, event);
    await countEvent(trx, 'failures', state.now);
  });
  state.hasStoredFailure = true;
};
