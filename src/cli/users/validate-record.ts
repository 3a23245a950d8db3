import { checkValue } from '../../contract/issues.js';
import { UserRecord } from '../../contract/user-record.js';
import type { FieldError } from '../../errors/app-error.js';
import { newId } from '../../models/base-model.js';
import type { ImportedUser } from '../../models/user-import.js';
import { pepperId, parseStoredHash } from '../../security/password-format.js';
import type { RawRecord } from './records.js';

/** What records are validated against, besides their schema. */
export interface ValidationContext {
  /** Names of the roles that there are. */
  readonly roles: ReadonlySet<string>;
  /** The current pepper and the previous ones: a hash under any other would never match. */
  readonly peppers: readonly string[];
  readonly now: Date;
}

/** The fault of a hash that is one of the empty password. */
export const emptyPasswordError: FieldError = {
  path: '/password_hash',
  code: 'empty_password',
  message: 'is a hash of the empty password',
};

/** A record that can be imported, or everything that is wrong with it. */
export type ValidatedRecord =
  | { readonly line: number; readonly user: ImportedUser }
  | { readonly line: number; readonly faults: readonly FieldError[] };

const hashFault = (hash: string, peppers: readonly string[]): FieldError | undefined => {
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

/** What the schema cannot know: roles that do not exist, and hashes that cannot be used. The record may hold anything. */
const furtherFaults = (value: unknown, terms: ValidationContext): FieldError[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { roles, password_hash: hash } = value as { readonly roles?: unknown; readonly password_hash?: unknown };
  const names: readonly unknown[] = Array.isArray(roles) ? roles : [];
  const faults = names.flatMap((name, index) =>
    typeof name !== 'string' || terms.roles.has(name)
      ? []
      : [{ path: `/roles/${String(index)}`, code: 'unknown_role', message: 'is not an existing role' }],
  );
  const unusable = typeof hash === 'string' ? hashFault(hash, terms.peppers) : undefined;
  return unusable === undefined ? faults : [...faults, unusable];
};

/** Validates one record on its own; reports all of its errors. */
export const validateRecord = ({ line, value, fault }: RawRecord, terms: ValidationContext): ValidatedRecord => {
  if (fault !== undefined) return { line, faults: [fault] };
  const result = checkValue(UserRecord, value);
  const faults = result.success ? [] : result.errors;
  const paths = new Set(faults.map((each) => each.path));
  const others = furtherFaults(value, terms).filter(({ path }) => !paths.has(path));
  if (!result.success || others.length > 0) return { line, faults: [...faults, ...others] };
  return { line, user: userOf(result.data, terms.now) };
};
