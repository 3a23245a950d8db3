import { z } from 'zod';
import { pageOf } from './list.js';
import { permissions } from './permission.js';
import { text } from './text.js';

/** The name of a role: lower-case letters, digits and hyphens, 2 to 50 characters. */
export const RoleName = text({ min: 2, max: 50 })
  .regex(/^[a-z][a-z0-9-]*$/, {
    error: 'must start with a lowercase letter and contain only lowercase letters, digits and hyphens',
  })
  .meta({ example: 'support' });

/** Names of roles. Duplicates are ignored. */
export const RoleNames = z.array(RoleName).max(50);

const PermissionNames = z.array(z.enum(permissions)).max(permissions.length);
const RoleDescription = text({ max: 500, prose: true });

/** A role with its permissions. */
export const Role = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    permissions: z.array(z.string()),
    builtin: z.boolean().meta({ description: 'Built-in roles cannot be modified or deleted.' }),
  })
  .meta({ id: 'Role' });

/** The response of GET /api/v1/admin/roles. */
export const RolePage = pageOf(Role).meta({ id: 'RolePage' });

/** The body of POST /api/v1/admin/roles. */
export const RoleBody = z
  .strictObject({
    name: RoleName,
    description: RoleDescription.optional(),
    permissions: PermissionNames.optional(),
  })
  .meta({ id: 'RoleBody' });

/** The body of PATCH /api/v1/admin/roles/{name}. `permissions` replaces all permissions of the role. */
export const RolePatch = z
  .strictObject({
    name: RoleName.optional(),
    description: RoleDescription.optional(),
    permissions: PermissionNames.optional(),
  })
  .meta({ id: 'RolePatch' });

/** The path of one role. An invalid name is not found rather than invalid. */
export const RolePath = z.strictObject({
  name: z.string().meta({ description: 'Name of the role.', example: 'support', param: { id: 'RoleName' } }),
});

/** The response of GET /api/v1/admin/permissions. */
export const PermissionPage = pageOf(z.strictObject({ name: z.string(), description: z.string() })).meta({
  id: 'PermissionPage',
});

export type Role = z.infer<typeof Role>;
export type RoleBody = z.infer<typeof RoleBody>;
export type RolePatch = z.infer<typeof RolePatch>;
export type RolePath = z.infer<typeof RolePath>;
