import { z } from 'zod';
import { Instant } from './instant.js';
import { ListQuery, pageOf } from './list.js';
import { Metadata } from './metadata.js';
import { MetadataFilter } from './metadata-filter.js';
import { RoleName, RoleNames } from './role.js';
import { text } from './text.js';
import { CurrentGoal, Description, Email, ProfileFields, Timestamp, User, Username } from './user.js';

/** An account as administrators see it; never a hash. */
export const AdminUser = User.extend({
  blocked_reason: z.string().nullable(),
  blocked_until: Timestamp.nullable(),
  deleted_at: Timestamp.nullable(),
}).meta({ id: 'AdminUser' });

/** The answer of GET /api/v1/admin/users. */
export const AdminUserPage = pageOf(AdminUser).meta({ id: 'AdminUserPage' });

/** The query of GET /api/v1/admin/users. */
export const AdminUserQuery = ListQuery.extend({
  q: text({ min: 1, max: 254 }).optional().meta({ description: 'Prefix or part of the username or e-mail address.' }),
  status: z.enum(['active', 'blocked', 'deleted']).optional(),
  role: RoleName.optional(),
  metadata: MetadataFilter.optional(),
  created_after: Instant.optional(),
  created_before: Instant.optional(),
});

/** The body of POST /api/v1/admin/users: no password, which the person sets with the token of the answer. */
export const AdminUserBody = z
  .strictObject({
    username: Username,
    email: Email.nullable().optional(),
    description: Description.nullable().optional(),
    current_goal: CurrentGoal.nullable().optional(),
    metadata: Metadata.optional(),
    roles: RoleNames.optional(),
  })
  .meta({ id: 'AdminUserBody' });

/** A secret that is shown once: null where an answer is replayed. */
const onceShown = z.string().nullable().meta({ description: 'Shown once; null when the answer is replayed.' });

/** The answer of POST /api/v1/admin/users. */
export const CreatedUser = z
  .strictObject({ user: AdminUser, token: onceShown, expires_at: Timestamp })
  .meta({ id: 'CreatedUser' });

/** The answer of POST /api/v1/admin/users/{id}/password-reset. */
export const PasswordResetToken = z
  .strictObject({ token: onceShown, expires_at: Timestamp })
  .meta({ id: 'PasswordResetToken' });

/** Why an account is blocked; administrators see it. */
export const BlockReason = text({ max: 500, prose: true });

/**
 * The body of PATCH /api/v1/admin/users/{id}: the profile, and whether the account is blocked, why and until when.
 * Error code of its own: `not_blocked` for a reason or an end of a block without `status: "blocked"`.
 */
export const AdminUserPatch = ProfileFields.extend({
  status: z.enum(['active', 'blocked']).optional(),
  blocked_reason: BlockReason.nullable().optional(),
  blocked_until: Instant.nullable().optional(),
})
  .check(({ value, issues }) => {
    if (value.status === 'blocked') return;
    for (const name of ['blocked_reason', 'blocked_until'] as const) {
      const input = value[name];
      if (input === undefined || input === null) continue;
      const params = { code: 'not_blocked' };
      issues.push({ code: 'custom', input, path: [name], message: 'needs "status": "blocked"', params });
    }
  })
  .meta({ id: 'AdminUserPatch' });

/** The body of PUT /api/v1/admin/users/{id}/roles: all roles that the account is to hold. */
export const UserRolesBody = z.strictObject({ roles: RoleNames }).meta({ id: 'UserRolesBody' });

/** The path of one account; anything that is no id is simply not found. */
export const UserPath = z.strictObject({ id: z.string() });

export type AdminUser = z.infer<typeof AdminUser>;
export type AdminUserQuery = z.infer<typeof AdminUserQuery>;
export type AdminUserBody = z.infer<typeof AdminUserBody>;
export type AdminUserPatch = z.infer<typeof AdminUserPatch>;
export type UserRolesBody = z.infer<typeof UserRolesBody>;
export type UserPath = z.infer<typeof UserPath>;
