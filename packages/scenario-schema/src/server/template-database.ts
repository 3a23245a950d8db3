import pg from 'pg';
import { messageOf } from '../errors.js';
import { quoted } from '../names.js';

interface BaseFacts {
  readonly name: string;
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
}

/**
 * Copies the settings that sessions of this role in the base database begin with: `ALTER DATABASE … SET` and
 * `ALTER ROLE … IN DATABASE … SET`. CREATE DATABASE does not copy those of its template.
 */
export const copySettings = async (from: pg.Client, database: string): Promise<void> => {
  const { rows: settings } = await from.query<{ role: string | null; name: string; value: string }>(
    `SELECT r.rolname AS role, split_part(c, '=', 1) AS name, substr(c, strpos(c, '=') + 1) AS value
     FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c
     WHERE (s.setrole = 0 OR r.rolname = current_user) AND s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  const isList = new Set(['search_path', 'session_preload_libraries', 'local_preload_libraries', 'temp_tablespaces']);
  for (const { role, name, value } of settings) {
    const text = isList.has(name) ? value : `'${value.replaceAll("'", "''")}'`;
    const target = role === null ? '' : `ROLE ${quoted(role)} IN `;
    const sql = `ALTER ${target}DATABASE ${quoted(database)} SET ${quoted(name)} = ${text}`;
    await from.query(sql).catch((error: unknown) => {
      // A superuser may have set what the role itself must not.
      if (role === null || !(error instanceof pg.DatabaseError) || error.code !== '42501') throw error;
    });
  }
};

const copyExtensions = async (
  from: pg.Client,
  database: string,
  connectTo: (name: string) => Promise<pg.Client>,
): Promise<void> => {
  const { rows: extensions } = await from.query<{ name: string; schema: string }>(
    `SELECT e.extname AS name, n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
     WHERE e.extname <> 'plpgsql'`,
  );
  if (extensions.length === 0) return;
  const client = await connectTo(database);
  try {
    for (const { name, schema } of extensions) {
      await client.query(
        `CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}; CREATE EXTENSION ${quoted(name)} SCHEMA ${quoted(schema)} CASCADE`,
      );
    }
  } finally {
    await client.end();
  }
};

/**
 * The strategy of CREATE DATABASE: without durability, files are copied several times faster than blocks (PostgreSQL 15 or newer).
 */
export const copyStrategy = async (client: pg.Client): Promise<string> => {
  const { rows } = await client.query<{ copies: boolean }>(
    `SELECT current_setting('fsync') = 'off' AND current_setting('server_version_num')::int >= 150000 AS copies`,
  );
  return rows[0]?.copies === true ? 'STRATEGY file_copy' : '';
};

/**
 * Creates a database like the base database, from which each worker gets a copy.
 * @returns false if it is not possible; the workers then share the base database
 */
export const createTemplateDatabase = async (
  base: pg.Client,
  name: string,
  log: (line: string) => void,
  connectTo: (name: string) => Promise<pg.Client>,
): Promise<boolean> => {
  const { rows } = await base.query<BaseFacts>(
    `SELECT datname AS name, pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype
     FROM pg_database WHERE datname = current_database()`,
  );
  const [facts] = rows;
  if (facts === undefined) return false;
  try {
    await base.query(
      `CREATE DATABASE ${quoted(name)} TEMPLATE template0 ENCODING '${facts.encoding}' LC_COLLATE '${facts.collate}' LC_CTYPE '${facts.ctype}' ${await copyStrategy(base)}`,
    );
    await copySettings(base, name);
    await copyExtensions(base, name, connectTo);
    return true;
  } catch (error) {
    await base.query(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
    log(`the workers share one database, since a copy cannot be created: ${messageOf(error)}`);
    return false;
  }
};
