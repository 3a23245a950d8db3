import type { Knex } from 'knex';

/**
 * Roles, their permissions, and their assignments, with the three built-in roles. The seed has fixed ids, so that they are
 * the same in every database. A role that is assigned to a user cannot be deleted (`user_roles_role_id_fkey` restricts).
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE roles (
      id uuid NOT NULL,
      name text NOT NULL,
      description text NOT NULL DEFAULT '',
      builtin boolean NOT NULL DEFAULT false,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT roles_pkey PRIMARY KEY (id),
      CONSTRAINT roles_name_key UNIQUE (name),
      CONSTRAINT roles_name_check CHECK (name COLLATE "C" ~ '^[a-z][a-z0-9-]{1,49}$')
    );

    CREATE TABLE permissions (
      id uuid NOT NULL,
      name text NOT NULL,
      description text NOT NULL DEFAULT '',
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT permissions_pkey PRIMARY KEY (id),
      CONSTRAINT permissions_name_key UNIQUE (name)
    );

    CREATE TABLE role_permissions (
      role_id uuid NOT NULL,
      permission_id uuid NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT role_permissions_pkey PRIMARY KEY (role_id, permission_id),
      CONSTRAINT role_permissions_role_id_fkey FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE,
      CONSTRAINT role_permissions_permission_id_fkey
        FOREIGN KEY (permission_id) REFERENCES permissions (id) ON DELETE CASCADE
    );

    CREATE TABLE user_roles (
      user_id uuid NOT NULL,
      role_id uuid NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT user_roles_pkey PRIMARY KEY (user_id, role_id),
      CONSTRAINT user_roles_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
      CONSTRAINT user_roles_role_id_fkey FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE RESTRICT
    );

    CREATE INDEX role_permissions_permission_id_idx ON role_permissions (permission_id);
    CREATE INDEX user_roles_role_id_idx ON user_roles (role_id);

    CREATE TRIGGER roles_touch_updated_at
      BEFORE UPDATE ON roles FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
    CREATE TRIGGER permissions_touch_updated_at
      BEFORE UPDATE ON permissions FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
    CREATE TRIGGER role_permissions_touch_updated_at
      BEFORE UPDATE ON role_permissions FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
    CREATE TRIGGER user_roles_touch_updated_at
      BEFORE UPDATE ON user_roles FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

    INSERT INTO permissions (id, name, description) VALUES
      ('01900000-0000-7000-8000-000000000101', 'users:read', 'See accounts'),
      ('01900000-0000-7000-8000-000000000102', 'users:write', 'Create and change accounts, end their sessions'),
      ('01900000-0000-7000-8000-000000000103', 'users:delete', 'Delete, restore and erase accounts'),
      ('01900000-0000-7000-8000-000000000104', 'roles:read', 'See roles and permissions'),
      ('01900000-0000-7000-8000-000000000105', 'roles:write', 'Change roles and who holds them'),
      ('01900000-0000-7000-8000-000000000106', 'audit:read', 'Read the audit trail'),
      ('01900000-0000-7000-8000-000000000107', 'keys:read', 'List signing keys'),
      ('01900000-0000-7000-8000-000000000108', 'keys:write', 'Rotate and remove signing keys'),
      ('01900000-0000-7000-8000-000000000109', 'cache:write', 'Flush the cache'),
      ('01900000-0000-7000-8000-00000000010a', 'config:read', 'See the configuration and its revisions'),
      ('01900000-0000-7000-8000-00000000010b', 'config:write', 'Reload and roll back the configuration'),
      ('01900000-0000-7000-8000-00000000010c', 'tokens:introspect', 'Introspect the tokens of anyone');

    INSERT INTO roles (id, name, description, builtin) VALUES
      ('01900000-0000-7000-8000-000000000001', 'user', 'What every account holds', true),
      ('01900000-0000-7000-8000-000000000002', 'support', 'Helps people with their accounts', true),
      ('01900000-0000-7000-8000-000000000003', 'admin', 'Every permission', true);

    INSERT INTO role_permissions (role_id, permission_id)
      SELECT roles.id, permissions.id FROM roles CROSS JOIN permissions
      WHERE roles.name = 'admin'
        OR (roles.name = 'support' AND permissions.name IN ('users:read', 'users:write', 'audit:read'));
  `);
};

/** Drops roles, permissions and assignments. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE user_roles, role_permissions, permissions, roles;');
};
