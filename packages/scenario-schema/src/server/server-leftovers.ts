import type pg from 'pg';
import { clusterItemsSql, isClusterWide, readServerPrivileges } from '../cluster.js';
import { itemsSql, type Item } from '../surroundings-sql.js';

/** What every server contains from the start. */
const initialSql = `
  SELECT 'database ' || datname AS name FROM pg_database WHERE oid < 16384 OR datname = current_database()
  UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE oid < 16384 OR rolname = current_user
  UNION ALL SELECT 'tablespace ' || spcname FROM pg_tablespace WHERE oid < 16384
  UNION ALL SELECT 'membership of ' || m.rolname || ' in ' || r.rolname FROM pg_auth_members a
    JOIN pg_roles m ON m.oid = a.member AND m.rolname ~ '^pg_' JOIN pg_roles r ON r.oid = a.roleid AND r.rolname ~ '^pg_'`;

/**
 * Removes the roles, databases, settings and other objects of the server that earlier runs have left. Only for a server that the kit
 * has started; does nothing while another client uses it.
 * @returns the names of what was removed
 */
export const removeServerLeftovers = async (client: pg.Client, prefix: string): Promise<string[]> => {
  const { rows: others } = await client.query(
    // Other processes of this run wait for the one that prepares it.
    `SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
       AND NOT (application_name = 'scenario-schema base' AND wait_event_type = 'Lock' AND wait_event = 'advisory')`,
  );
  if (others.length > 0) return [];
  const { rows: initial } = await client.query<{ name: string }>(initialSql);
  const known = new Set(initial.map(({ name }) => name));
  const { rows } = await client.query<Item>(
    itemsSql(prefix, clusterItemsSql(prefix, await readServerPrivileges(client))),
  );
  let left = rows.flatMap(({ kind, name, undo }) =>
    isClusterWide(kind, name) && !known.has(name) && undo !== null ? [{ name, undo }] : [],
  );
  const removed: string[] = [];
  let mayContinue = left.length > 0;
  while (mayContinue) {
    const failed: typeof left = [];
    for (const item of left) {
      try {
        await client.query(item.undo);
        removed.push(item.name);
      } catch {
        // It may have been removed together with another object. A role can be removed only after the databases that it owns.
        await client.query('ROLLBACK');
        failed.push(item);
      }
    }
    mayContinue = failed.length < left.length;
    left = failed;
  }
  if (removed.length > 0) await client.query('SELECT pg_reload_conf()');
  return removed;
};
