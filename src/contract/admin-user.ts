import { z } from 'zod';
import { Instant } from './instant.js';
import { ListQuery, pageOf } from './list.js';
import { Metadata } from './metadata.js';
import { MetadataFilter } from './metadata-filter.js';
import { RoleName, RoleNames } from './role.js';
import { text } from './text.js';
import { AccountStatus, CurrentGoal, Description, Email, ProfileFields, Timestamp, User, Username } from './user.js';

/** An account, with the fields that administrators see. */
export const AdminUser = User.extend({
  blocked_reason: z.string().nullable(),
  blocked_until: Timestamp.nullable(),
  deleted_at: Timestamp.nullable(),
}).meta({ id: 'AdminUser' });

/** The response of GET /api/v1/admin/users. */
export const AdminUserPage = pageOf(AdminUser).meta({ id: 'AdminUserPage' });

/** The query of GET /api/v1/admin/users. */
export const AdminUserQuery = ListQuery.extend({
  q: text({ min: 1, max: 254 }).optional().meta({ description: 'Part of the username or email address.' }),
  status: AccountStatus.optional().meta({ description: 'Only accounts with this status.' }),
  role: RoleName.optional().meta({ description: 'Only accounts with this role.' }),
  metadata: MetadataFilter.optional().meta({
    description:
      'Only accounts whose metadata has all of these values: `metadata[team]=blue` or `metadata.team=blue`. A key with dots is a path into nested objects. A value is compared as text and as a JSON number, boolean or null.',
    param: { style: 'deepObject', explode: true },
  }),
  created_after: Instant.optional().meta({ description: 'Only accounts that were created after this time.' }),
  created_before: Instant.optional().meta({ description: 'Only accounts that were created before this time.' }),
});

/** The body of POST /api/v1/admin/users, without a password: the user sets it with the token of the response. */
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

/** A secret that is shown once. */
const onceShown = z
  .string()
  .nullable()
  .meta({ description: 'Shown once: null if the response is replayed for an `Idempotency-Key`.' });

/** The response of POST /api/v1/admin/users. */
export const CreatedUser = z
  .strictObject({ user: AdminUser, token: onceShown, expires_at: Timestamp })
  .meta({ id: 'CreatedUser' });

/** The response of POST /api/v1/admin/users/{id}/password-reset. */
export const PasswordResetToken = z
  .strictObject({ token: onceShown, expires_at: Timestamp })
  .meta({ id: 'PasswordResetToken' });

/** Why an account is blocked; administrators see it. */
export const BlockReason = text({ max: 500, prose: true });

/**
 * The body of PATCH /api/v1/admin/users/{id}: profile fields, and whether the account is blocked, why and until when.
 * Additional error code: `not_blocked` if `blocked_reason` or `blocked_until` is given without `status: "blocked"`.
 */
export const AdminUserPatch = ProfileFields.extend({
  status: z.enum(['active', 'blocked']).optional(),
  blocked_reason: BlockReason.nullable()
    .optional()
    .meta({ description: 'Only with `status: "blocked"`. Administrators see it.' }),
  blocked_until: Instant.nullable()
    .optional()
    .meta({ description: 'Only with `status: "blocked"`. Null blocks until an administrator unblocks.' }),
})
  .check(({ value, issues }) => {
    if (value.status === 'blocked') return;
    for (const name of ['blocked_reason', 'blocked_until'] as const) {
      const input = value[name];
      if (input === undefined || input === null) continue;
      const params = { code: 'not_blocked' };
      issues.push({ code: 'custom', input, path: [name], message: 'requires "status": "blocked"', params });
    }
  })
  .meta({ id: 'AdminUserPatch' });

/** The body of PUT /api/v1/admin/users/{id}/roles: all roles of the account. */
export const UserRolesBody = z.strictObject({ roles: RoleNames }).meta({ id: 'UserRolesBody' });

/** The path of one account. An id that is not a UUID is not found rather than invalid. */
export const UserPath = z.strictObject({
  id: z.string().meta({ description: 'Id of the user.', format: 'uuid', param: { id: 'UserId' } }),
});

/** The path of one session of a user. An id that is not a UUID is not found rather than invalid. */
export const UserSessionPath = UserPath.extend({
  session_id: z.string().meta({
    description: 'Id of the session: the `sid` claim of its tokens.',
    format: 'uuid',
    param: { id: 'UserSessionId' },
  }),
});

export type AdminUser = z.infer<typeof AdminUser>;
export type AdminUserQuery = z.infer<typeof AdminUserQuery>;
export type AdminUserBody = z.infer<typeof AdminUserBody>;
export type AdminUserPatch = z.infer<typeof AdminUserPatch>;
export type UserRolesBody = z.infer<typeof UserRolesBody>;
export type UserPath = z.infer<typeof UserPath>;
export type UserSessionPath = z.infer<typeof UserSessionPath>;
