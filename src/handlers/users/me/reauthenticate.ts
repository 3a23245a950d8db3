import { AppError } from '../../../errors/app-error.js';
import { callerOf, type ApiContext } from '../../../middleware/context.js';
import { requireRecentSignIn } from '../../../middleware/recent-sign-in.js';
import type { AuditAction } from '../../../models/audit-event.js';
import { User } from '../../../models/user.js';
import type { Services } from '../../../services.js';
import { confirmPassword } from './confirm-password.js';

/** The password that a request brought, if any, and where it stands in the body, as a JSON pointer. */
export interface SubmittedPassword {
  readonly value: string | undefined;
  readonly path: string;
}

const invalid = (path: string, code: string, message: string): AppError =>
  new AppError('validation_failed', { errors: [{ path, code, message }] });

/**
 * Has the caller prove who they are before a sensitive change (OWASP ASVS 5.0, 7.5.1): by the password, or by a recent
 * sign-in where the account has none. Only a wrong password counts as a failed login.
 * @param action what the caller wants to do; a wrong password is audited as its failure
 * @returns the account as it was checked; a caller that changes it must compare `passwordHash` again under the lock
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
  if (user.passwordHash !== null) {
    if (value === undefined) throw invalid(path, 'required', 'is required because the account has a password');
    return confirmPassword(services, ctx, value, action);
  }
  requireRecentSignIn(ctx);
  if (value !== undefined) throw invalid(path, 'no_password', 'must be omitted because the account has no password');
  return user;
};
