/** Every permission that a route can require; the table `permissions` contains the same names. */
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
  'statistics:read',
  'mail:read',
  'mail:write',
] as const;

/** A right that roles grant. */
export type Permission = (typeof permissions)[number];

/** What each permission allows, for the descriptions of endpoints. */
export const permissionMeanings: Readonly<Record<Permission, string>> = {
  'users:read': 'view user accounts',
  'users:write': 'create and update user accounts, and end their sessions',
  'users:delete': 'delete, restore and erase user accounts',
  'roles:read': 'view roles and permissions',
  'roles:write': 'manage roles and assign them to users',
  'audit:read': 'read the audit log',
  'keys:read': 'list signing keys',
  'keys:write': 'rotate and remove signing keys',
  'cache:write': 'flush the cache',
  'config:read': 'view the configuration and its revisions',
  'config:write': 'change, reload and roll back the configuration',
  'tokens:introspect': 'introspect the access tokens of other users',
  'statistics:read': 'view statistics and the state of the service',
  'mail:read': 'view the outbox and preview templates',
  'mail:write': 'retry and drop emails, and send test emails',
};

/** The built-in roles and their permissions; the migrations insert the same rows. */
export const builtinRoles: Readonly<Record<'user' | 'support' | 'admin', readonly Permission[]>> = {
  user: [],
  support: ['users:read', 'users:write', 'audit:read', 'statistics:read'],
  admin: permissions,
};
