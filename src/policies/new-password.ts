import type { Settings } from '../config/schema/schema.js';
import { AppError, type FieldError } from '../errors/app-error.js';
import type { ApiContext } from '../middleware/context.js';
import type { BodyCheck } from '../middleware/validate.js';
import type { PasswordOwner } from '../security/password-policy.js';
import type { Services } from '../services.js';

/** Longest username or email address, in UTF-16 units, that a password is searched for. */
const longestName = 254;

const policyErrors = (
  { passwordPolicy }: Services,
  settings: Settings,
  password: string,
  { username = null, email = null }: PasswordOwner,
  path: string,
): FieldError[] => passwordPolicy.check(password, { username, email }, settings).map((error) => ({ path, ...error }));

/**
 * Rejects a new password that violates the policy, and reports every violation.
 * @param settings the settings of the request
 * @param path its position in the body, as a JSON pointer
 * @param otherErrors errors of other fields, which are reported with those of the password
 * @throws {AppError} validation_failed
 */
export const validateNewPassword = (
  services: Services,
  settings: Settings,
  password: string,
  owner: PasswordOwner,
  path: string,
  otherErrors: readonly FieldError[] = [],
): void => {
  const errors = [...otherErrors, ...policyErrors(services, settings, password, owner, path)];
  if (errors.length > 0) throw new AppError('validation_failed', { errors });
};

/** The text in a field of a body that has not been validated; null for anything else. */
export const textOf = (body: unknown, field: string): string | null => {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, field)) return null;
  const value = (body as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : null;
};

/** The username and email address in a body, if they are strings. */
const ownerIn = (body: unknown): PasswordOwner => {
  const nameIn = (field: string): string | null => {
    const text = textOf(body, field);
    return text !== null && text.length <= longestName ? text : null;
  };
  return { username: nameIn('username'), email: nameIn('email') };
};

/**
 * Checks the new password in a body that its schema rejects, so that one response lists all errors.
 * @param field the field with the password
 * @param ownerOf the owner of the password; by default, the username and email address in the body
 */
export const checkNewPassword =
  (field: string, ownerOf?: (services: Services, ctx: ApiContext) => Promise<PasswordOwner>) =>
  (services: Services): BodyCheck =>
    async function checkNewPassword(ctx, body) {
      const password = textOf(body, field);
      if (password === null) return [];
      const owner = ownerOf === undefined ? ownerIn(body) : await ownerOf(services, ctx);
      return policyErrors(services, ctx.state.settings, password, owner, `/${field}`);
    };
