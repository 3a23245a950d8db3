import { z } from 'zod';
import { BlockReason } from './admin-user.js';
import { Instant } from './instant.js';
import { Metadata } from './metadata.js';
import { RoleNames } from './role.js';
import { CurrentGoal, Description, Email, Id, Username } from './user.js';

/**
 * One account in a file of `rollcall users import` and `users export`. Only `username` is required.
 * Additional error codes: `no_email` if a missing address is marked as verified, `not_blocked` if a reason or an end of a
 * block is given without `status: "blocked"`.
 */
export const UserRecord = z
  .strictObject({
    /** Default: a new id. */
    id: Id.nullish(),
    username: Username,
    email: Email.nullish(),
    email_verified: z.boolean().nullish(),
    /** False for an address that was verified without a session of the account (ADR 22); true if absent. */
    email_claimed: z.boolean().nullish(),
    /** A new address that replaces `email` once it is verified. */
    pending_email: Email.nullish(),
    description: Description.nullish(),
    current_goal: CurrentGoal.nullish(),
    metadata: Metadata.nullish(),
    /** Default: `["user"]`. */
    roles: RoleNames.nullish(),
    status: z.enum(['active', 'blocked']).nullish(),
    blocked_reason: BlockReason.nullish(),
    blocked_until: Instant.nullish(),
    /** bcrypt, as `$2a$`, `$2b$` or `$2y$`, or the format of this service. Without it, the user has to reset the password. */
    password_hash: z.string().max(200).nullish(),
    created_at: Instant.nullish(),
    last_login_at: Instant.nullish(),
  })
  .check(({ value, issues }) => {
    const report = (path: string, code: string, message: string): void => {
      issues.push({ code: 'custom', input: value, path: [path], message, params: { code } });
    };
    if (value.email_verified === true && (value.email ?? null) === null) {
      report('email_verified', 'no_email', 'requires an email');
    }
    if (value.status === 'blocked') return;
    for (const name of ['blocked_reason', 'blocked_until'] as const) {
      if ((value[name] ?? null) !== null) report(name, 'not_blocked', 'requires status "blocked"');
    }
  });

/** The fields of a record, in the order in which they are written. */
export const userRecordFields: readonly string[] = Object.keys(UserRecord.shape);

export type UserRecord = z.infer<typeof UserRecord>;

/** The record in a file: times are text. */
export type UserRecordText = z.input<typeof UserRecord>;
