/** Every permission that a route may ask for; the table `permissions` holds the same names. */
export const permissions = [
  'users:read',
  'users:write',
  'users:delete',
  'roles:read',
  'roles:write',
  'audit:read',
  'keys:read',
  'keys:write',
  'cache:write',
  'config:read',
  'config:write',
  'tokens:introspect',
] as const;

/** A right that roles grant. */
export type Permission = (typeof permissions)[number];

/** The roles that every database has, and what they permit; the migrations put the same into the tables. */
export const builtinRoles: Readonly<Record<'user' | 'support' | 'admin', readonly Permission[]>> = {
  user: [],
  support: ['users:read', 'users:write', 'audit:read'],
  admin: permissions,
};
