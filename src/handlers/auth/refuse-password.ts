import type { Settings } from '../../config/settings.js';
import { AppError } from '../../errors/app-error.js';
import type { PasswordOwner } from '../../security/password-policy.js';
import type { Services } from '../../services.js';

/**
 * Refuses a new password that the policy does not take, with every reason.
 * @param settings the configuration that the request began with
 * @param path where it stands in the body, as a JSON pointer
 * @throws {AppError} validation_failed
 */
export const refusePassword = (
  { passwordPolicy }: Services,
  settings: Settings,
  password: string,
  owner: PasswordOwner,
  path: string,
): void => {
  const { username = null, email = null } = owner;
  const faults = passwordPolicy.check(password, { username, email }, settings);
  if (faults.length === 0) return;
  throw new AppError('validation_failed', { errors: faults.map((fault) => ({ path, ...fault })) });
};
