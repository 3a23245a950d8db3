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
