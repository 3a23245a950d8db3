import { AppError, type FieldError } from '../errors/app-error.js';
import { actorOf, callerOf, type ApiContext } from '../middleware/context.js';
import { requireRecentLogin } from '../middleware/recent-login.js';
import type { BodyCheck } from '../middleware/validate.js';
import type { AuditAction } from '../contract/audit-event.js';
import { AuditEvent } from '../models/audit/audit-event.js';
import { canonical, User } from '../models/accounts/user.js';
import type { Services } from '../services.js';

/** The password in a request, if any, and its JSON pointer in the body. */
export interface SubmittedPassword {
  readonly value: string | undefined;
  readonly path: string;
}

/** An error if the account has a password and none was submitted, or the other way round. */
export const submittedPasswordErrors = (
  { passwordHash }: Pick<User, 'passwordHash'>,
  isSubmitted: boolean,
  path: string,
): FieldError[] => {
  if ((passwordHash !== null) === isSubmitted) return [];
  return isSubmitted
    ? [{ path, code: 'no_password', message: 'must be omitted because the account does not have a password' }]
    : [{ path, code: 'required', message: 'is required because the account has a password' }];
};

/**
 * Checks whether a body that its schema rejects lacks the password of the caller, so that one response lists all errors.
 * @param field the field with the password
 * @param options.onlyWith the field whose change needs the password; by default, the request always needs it
 */
export const checkSubmittedPassword =
  (field: string, { onlyWith }: { readonly onlyWith?: string } = {}) =>
  ({ db }: Services): BodyCheck =>
    async function checkSubmittedPassword(ctx, body) {
      if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
      if (onlyWith !== undefined && !Object.hasOwn(body, onlyWith)) return [];
      const user = await db.read((reader) => User.findAccount(reader, callerOf(ctx).userId));
      return user ? submittedPasswordErrors(user, Object.hasOwn(body, field), `/${field}`) : [];
    };

/** Counts the attempt before the password is hashed, as at login: a stolen access token does not allow more guesses. */
const confirmPassword = async (
  { db, attempts, passwords }: Services,
  ctx: ApiContext,
  { user, password, action }: { readonly user: User; readonly password: string; readonly action: AuditAction },
): Promise<void> => {
  const { now, clientKey, deadline, settings } = ctx.state;
  const attempt = {
    name: canonical(user.username),
    userId: user.id,
    client: clientKey,
    limits: settings.rateLimit,
    now,
  };
  const count = await attempts.count(attempt);
  // Callers know their own account, so the response can reveal that a counter of it is exhausted.
  if (count.rejection && !count.isAllowed) {
    throw new AppError('too_many_attempts', { retryAfterSeconds: count.rejection.retryAfterSeconds });
  }
  const { matches } = await deadline.pausedDuring(() => passwords.verify(password, user.passwordHash, settings));
  if (!matches) {
    const event = { subjectId: user.id, result: 'failure' } as const;
    await AuditEvent.record(db.knex, action, actorOf(ctx), { ...event, details: { reason: 'wrong_password' } });
    if (count.isLast) await AuditEvent.record(db.knex, 'user.locked_out', actorOf(ctx), event);
    throw new AppError('wrong_password');
  }
  await attempts.succeeded(db.knex, count);
};

/**
 * Requires callers to prove who they are before a sensitive change (OWASP ASVS 5.0, 7.5.1): with the password, or with a
 * recent login if the account has none. Only a wrong password counts as a failed login.
 * @param action the requested change; a wrong password is recorded as its failure
 * @returns the account as it was checked; a change must compare `passwordHash` again under the lock
 * @throws {AppError} insufficient_user_authentication, validation_failed, too_many_attempts, wrong_password, overloaded
 */
export const reauthenticate = async (
  services: Services,
  ctx: ApiContext,
  { value, path }: SubmittedPassword,
  action: AuditAction,
): Promise<User> => {
  const user = await services.db.read((reader) => User.findAccount(reader, callerOf(ctx).userId));
  if (!user) throw new AppError('invalid_token');
  if (user.passwordHash === null) requireRecentLogin(ctx);
  const errors = submittedPasswordErrors(user, value !== undefined, path);
  if (errors.length > 0) throw new AppError('validation_failed', { errors });
  if (value !== undefined) await confirmPassword(services, ctx, { user, password: value, action });
  return user;
};
