import { fieldErrors } from '../../contract/issues.js';
import { UserRecord } from '../../contract/user-record.js';
import type { FieldError } from '../../errors/app-error.js';
import { newId } from '../../models/base-model.js';
import type { ImportedUser } from '../../models/user-import.js';
import { pepperId, readStored } from '../../security/password-format.js';
import type { RawRecord } from './records.js';

/** What records are judged by, besides their schema. */
export interface RecordTerms {
  /** Names of the roles that there are. */
  readonly roles: ReadonlySet<string>;
  /** The pepper in force and the previous ones: a hash under another one would never match. */
  readonly peppers: readonly string[];
  readonly now: Date;
}

/** A record that can be imported, or everything that is wrong with it. */
export type Judged =
  | { readonly line: number; readonly user: ImportedUser }
  | { readonly line: number; readonly faults: readonly FieldError[] };

const hashFault = (hash: string, peppers: readonly string[]): FieldError | undefined => {
  const path = '/password_hash';
  if (readStored(hash, '') === null) {
    return {
      path,
      code: 'unusable_hash',
      message: 'must be a bcrypt hash ($2a$, $2b$ or $2y$) of a cost from 4 to 16',
    };
  }
  const own = /^rc1\$([^$]+)/.exec(hash)?.[1];
  if (own === undefined || own === '-' || peppers.some((pepper) => own === pepperId(pepper))) return undefined;
  return {
    path,
    code: 'other_pepper',
    message: 'was made under another pepper than password.pepper and password.previousPeppers',
  };
};

const userOf = (record: UserRecord, now: Date): ImportedUser => ({
  id: record.id?.toLowerCase() ?? newId(),
  username: record.username,
  email: record.email ?? null,
  emailVerified: record.email_verified ?? false,
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

/** Judges one record by itself; all of its faults at once. */
export const judgeRecord = ({ line, value, fault }: RawRecord, terms: RecordTerms): Judged => {
  if (fault !== undefined) return { line, faults: [fault] };
  const result = UserRecord.safeParse(value, { reportInput: true });
  if (!result.success) return { line, faults: fieldErrors(result.error.issues) };
  const user = userOf(result.data, terms.now);
  const faults = user.roles.flatMap((name, index) =>
    terms.roles.has(name)
      ? []
      : [{ path: `/roles/${String(index)}`, code: 'unknown_role', message: 'is not the name of a role' }],
  );
  const unusable = user.passwordHash === null ? undefined : hashFault(user.passwordHash, terms.peppers);
  if (unusable !== undefined) faults.push(unusable);
  return faults.length > 0 ? { line, faults } : { line, user };
};
