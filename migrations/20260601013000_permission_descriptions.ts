import type { Knex } from 'knex';

/** Descriptions of permissions in the words of the documentation. */
const descriptions = [
  ['users:read', 'View user accounts', 'See accounts'],
  [
    'users:write',
    'Create and update user accounts, and end their sessions',
    'Create and change accounts, end their sessions',
  ],
  ['users:delete', 'Delete, restore and erase user accounts', 'Delete, restore and erase accounts'],
  ['roles:read', 'View roles and permissions', 'See roles and permissions'],
  ['roles:write', 'Manage roles and assign them to users', 'Change roles and who holds them'],
  ['audit:read', 'Read the audit log', 'Read the audit trail'],
  ['config:read', 'View the configuration and its revisions', 'See the configuration and its revisions'],
  ['config:write', 'Change, reload and roll back the configuration', 'Reload and roll back the configuration'],
  ['tokens:introspect', 'Introspect the access tokens of other users', 'Introspect the tokens of anyone'],
] as const;

const update = async (db: Knex, rows: readonly (readonly [string, string])[]): Promise<void> => {
  for (const [name, description] of rows) {
    await db.raw('UPDATE permissions SET description = ? WHERE name = ?', [description, name]);
  }
};

/** Describes permissions as the documentation of the API does. */
export const up = (db: Knex): Promise<void> =>
  update(
    db,
    descriptions.map(([name, description]) => [name, description]),
  );

/** Restores the earlier descriptions. */
export const down = (db: Knex): Promise<void> =>
  update(
    db,
    descriptions.map(([name, , earlier]) => [name, earlier]),
  );
