import type pg from 'pg';
import { firstRow } from '../connection.js';
import { ScenarioSchemaError } from '../errors.js';

/** What the role may do. */
export interface Privileges {
  readonly mayCreateDatabases: boolean;
  readonly isSuperuser: boolean;
  readonly bypassesRowSecurity: boolean;
}

interface PrivilegeRow extends pg.QueryResultRow {
  readonly role: string;
  readonly database: string;
  readonly version: number;
  readonly superuser: boolean;
  readonly createdb: boolean;
  readonly bypass: boolean;
  readonly create: boolean;
}

/**
 * Reads the privileges of the role, and requires those to create schemas and to disable triggers and foreign keys while a
 * schema is emptied.
 * @throws {ScenarioSchemaError} that names the missing GRANT
 */
export const requirePrivileges = async (client: pg.Client): Promise<Privileges> => {
  const row = firstRow(
    await client.query<PrivilegeRow>(
      `SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database, r.rolsuper AS superuser,
         r.rolcreatedb OR r.rolsuper AS createdb, r.rolbypassrls OR r.rolsuper AS bypass,
         has_database_privilege(current_database(), 'CREATE') AS create,
         current_setting('server_version_num')::int AS version
       FROM pg_roles r WHERE r.rolname = current_user`,
    ),
  );
  const { role, database, superuser, version } = row;
  if (!row.create) {
    throw new ScenarioSchemaError(
      `The role ${role} may not create schemas: GRANT CREATE ON DATABASE ${database} TO ${role}`,
    );
  }
  if (!superuser) {
    if (version < 150_000) {
      throw new ScenarioSchemaError(
        `Before PostgreSQL 15, only a superuser may set session_replication_role; ${role} is not one.`,
      );
    }
    const { rows } = await client.query<{ allowed: boolean }>(
      `SELECT has_parameter_privilege('session_replication_role', 'SET') AS allowed`,
    );
    if (rows[0]?.allowed !== true) {
      throw new ScenarioSchemaError(
        `The role ${role} may not disable triggers: GRANT SET ON PARAMETER session_replication_role TO ${role}`,
      );
    }
  }
  return { mayCreateDatabases: row.createdb, isSuperuser: superuser, bypassesRowSecurity: row.bypass };
};
