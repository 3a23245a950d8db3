import { checkValue } from '../../contract/issues.js';
import { UserRecord } from '../../contract/user-record.js';
import type { FieldError } from '../../errors/app-error.js';
import { newId } from '../../models/base-model.js';
import type { ImportedUser } from '../../models/accounts/user-import.js';
import { pepperId, parseStoredHash } from '../../security/password-format.js';
import type { RawRecord } from './records.js';

/** What records are validated against in addition to their schema. */
export interface ValidationContext {
  /** Names of existing roles. */
  readonly roles: ReadonlySet<string>;
  /** The current and previous peppers; a hash with another pepper would never match. */
  readonly peppers: readonly string[];
  readonly now: Date;
}

/** The error for a hash of the empty password. */
export const emptyPasswordError: FieldError = {
  path: '/password_hash',
  code: 'empty_password',
  message: 'is a hash of the empty password',
};

/** A record that can be imported, or all of its errors. */
export type ValidatedRecord =
  | { readonly line: number; readonly user: ImportedUser }
  | { readonly line: number; readonly errors: readonly FieldError[] };

const hashError = (hash: string, peppers: readonly string[]): FieldError | undefined => {
  const path = '/password_hash';
  if (parseStoredHash(hash, '') === null) {
    return {
      path,
      code: 'unusable_hash',
      message: 'must be a bcrypt hash ($2a$, $2b$ or $2y$) with a cost between 4 and 16',
    };
  }
  const own = /^rc1\$([^$]+)/.exec(hash)?.[1];
  if (own === undefined || own === '-' || peppers.some((pepper) => own === pepperId(pepper))) return undefined;
  return {
    path,
    code: 'other_pepper',
    message: 'was created with a pepper other than password.pepper and password.previousPeppers',
  };
};

const userOf = (record: UserRecord, now: Date): ImportedUser => ({
  id: record.id?.toLowerCase() ?? newId(),
  username: record.username,
  email: record.email ?? null,
  emailVerified: record.email_verified ?? false,
  emailClaimed: record.email_claimed ?? true,
  pendingEmail: record.pending_email ?? null,
  description: record.description ?? null,
  currentGoal: record.current_goal ?? null,
  metadata: record.metadata ?? {},
  roles: record.roles ?? ['user'],
  status: record.status ?? 'active',
  blockedReason: record.blocked_reason ?? null,
  blockedUntil: record.blocked_until ?? null,
  passwordHash: record.password_hash ?? null,
  createdAt: record.created_at ?? now,
  lastLoginAt: record.last_login_at ?? null,
});

/** Errors that the schema does not detect: unknown roles and unusable hashes. The record may be any value. */
const furtherErrors = (value: unknown, context: ValidationContext): FieldError[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { roles, password_hash: hash } = value as { readonly roles?: unknown; readonly password_hash?: unknown };
  const names: readonly unknown[] = Array.isArray(roles) ? roles : [];
  const errors = names.flatMap((name, index) =>
    typeof name !== 'string' || context.roles.has(name)
      ? []
      : [{ path: `/roles/${String(index)}`, code: 'unknown_role', message: 'is not an existing role' }],
  );
  const unusable = typeof hash === 'string' ? hashError(hash, context.peppers) : undefined;
  return unusable === undefined ? errors : [...errors, unusable];
};

/** Validates one record and returns all of its errors. */
export const validateRecord = ({ line, value, error }: RawRecord, context: ValidationContext): ValidatedRecord => {
  if (error !== undefined) return { line, errors: [error] };
  const result = checkValue(UserRecord, value);
  const errors = result.success ? [] : result.errors;
  const paths = new Set(errors.map((each) => each.path));
  const others = furtherErrors(value, context).filter(({ path }) => !paths.has(path));
  if (!result.success || others.length > 0) return { line, errors: [...errors, ...others] };
  return { line, user: userOf(result.data, context.now) };
};
