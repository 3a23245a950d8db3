import pg from 'pg';
import { Database } from '../../../src/database/database.js';
import { migrateUp } from '../../../src/database/migrations.js';
import type { Logger } from '../../../src/observability/logger.js';
import { Metrics } from '../../../src/observability/metrics.js';
import type { SchemaTemplate } from '../run/parameters.js';
import { poolFunctionsSql } from './functions.js';
import { quoted, runSchemas } from './names.js';

/** A connection of the migrations whose statements are recorded. */
interface Wire {
  query(
    statement: string | { readonly text: string; readonly values?: readonly unknown[] },
    ...rest: unknown[]
  ): unknown;
}

/** What changes nothing, or only the session that migrates. */
const passing = /^\s*(?:BEGIN|COMMIT|ROLLBACK|SELECT|SET|SHOW)\b/i;

const literal = (value: unknown): string => {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return pg.escapeLiteral(value);
  throw new TypeError('a migration binds a value that cannot be replayed: write it into the SQL');
};

const inlined = (text: string, values: readonly unknown[]): string =>
  values.length === 0 ? text : text.replaceAll(/\$(\d+)/g, (_, n: string) => literal(values[Number(n) - 1]));

/** Notes what goes over a connection, as SQL that needs no values. */
const listen = (wire: Wire, statements: string[]): void => {
  const query = wire.query.bind(wire);
  wire.query = (statement, ...rest) => {
    const { text, values = [] } = typeof statement === 'string' ? { text: statement } : statement;
    if (!passing.test(text)) statements.push(inlined(text, values).trim().replace(/;*$/, ';'));
    return query(statement, ...rest);
  };
};

/** Migrates an empty schema and returns the SQL of the migrations. */
const migrate = async (url: string, schema: string, log: Logger): Promise<string> => {
  const statements: string[] = [];
  const settings = { pool: { min: 0, max: 2 }, statementTimeoutMs: 60_000, slowQueryMs: 60_000 };
  const database = new Database({ url, schema, ...settings, log, metrics: new Metrics() });
  const dialect = database.knex.client as { acquireRawConnection(): Promise<{ connection: Wire }> };
  const acquire = dialect.acquireRawConnection.bind(dialect);
  dialect.acquireRawConnection = async () => {
    const acquired = await acquire();
    listen(acquired.connection, statements);
    return acquired;
  };
  try {
    await migrateUp(database.knex, log);
  } finally {
    await database.close();
  }
  return statements.join('\n');
};

const names = async (client: pg.Client, sql: string): Promise<string[]> =>
  (await client.query<{ name: string }>(sql)).rows.map(({ name }) => name);

const isFilled = async (client: pg.Client, schema: string, table: string): Promise<boolean> => {
  const { rows } = await client.query<{ filled: boolean }>(
    `SELECT EXISTS (SELECT FROM ${quoted(schema)}.${quoted(table)}) AS filled`,
  );
  return rows[0]?.filled === true;
};

/**
 * Runs the migrations once, in a separate schema, and records their statements. In another schema, they create the same
 * structure and the same seed rows.
 * @param client of a role that may create schemas
 * @param url of the same database
 */
export const recordTemplate = async (
  client: pg.Client,
  url: string,
  run: string,
  log: Logger,
): Promise<SchemaTemplate> => {
  const { template: schema, pool: poolSchema } = runSchemas(run);
  await client.query(`CREATE SCHEMA ${quoted(schema)}; CREATE SCHEMA ${quoted(poolSchema)}`);
  const sql = await migrate(url, schema, log);
  await client.query(poolFunctionsSql(poolSchema));
  const relations = (kinds: string): Promise<string[]> =>
    names(
      client,
      `SELECT relname AS name FROM pg_class WHERE relnamespace = ${pg.escapeLiteral(quoted(schema))}::regnamespace
       AND relkind IN (${kinds}) AND NOT relispartition ORDER BY relname`,
    );
  const tables: string[] = [];
  const seedTables: string[] = [];
  for (const table of await relations(`'r', 'p'`)) {
    ((await isFilled(client, schema, table)) ? seedTables : tables).push(table);
  }
  return { sql, schema, poolSchema, seedTables, tables, sequences: await relations(`'S'`) };
};
