import pg from 'pg';
import { quoted } from '../names.js';

/** A column, and how its values are carried over to the same column of another schema. */
export interface Column {
  readonly name: string;
  /** The type in the template's schema, for example `"t".mood[]`; null for a type of another schema. */
  readonly ownType: string | null;
}

/** A table with rows, or one that scenarios fill. */
export interface Table {
  readonly name: string;
  /** Without generated columns, which cannot be inserted. */
  readonly columns: readonly Column[];
}

/** A trigger or a rule of a table. */
export interface AlwaysEnabled {
  readonly kind: 'trigger' | 'rule';
  readonly name: string;
  readonly table: string;
}

/** A sequence, and its state after the migrations. */
export interface Sequence {
  readonly name: string;
  /** A bigint as text. */
  readonly lastValue: string;
  readonly isCalled: boolean;
}

/** What a schema contains and how it is emptied. Plain JSON. */
export interface Contents {
  /** Tables that the migrations fill; their rows are restored. */
  readonly seedTables: readonly Table[];
  readonly tables: readonly string[];
  readonly sequences: readonly Sequence[];
  /** Populated materialized views, in the order in which they can be refreshed. */
  readonly materializedViews: readonly string[];
  /** Triggers and rules set to `ENABLE ALWAYS`, which fire for the kit too. */
  readonly alwaysEnabled: readonly AlwaysEnabled[];
  /** Why a schema cannot be emptied completely. Such a schema is used only once. */
  readonly unsupported: readonly string[];
}

const columnsSql = `
  SELECT c.relname AS table, a.attname AS name,
    CASE WHEN coalesce(e.typnamespace, t.typnamespace) = c.relnamespace THEN format_type(a.atttypid, a.atttypmod) END AS own_type
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
  WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname, a.attnum`;

const relationsOf = async (client: pg.Client, schema: string, condition: string): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND ${condition} ORDER BY c.oid`,
    [quoted(schema)],
  );
  return rows.map(({ name }) => name);
};

const alwaysEnabledSql = `
  SELECT 'trigger' AS kind, t.tgname AS name, c.relname AS table FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = $1::regnamespace AND t.tgenabled = 'A' AND NOT t.tgisinternal AND t.tgparentid = 0
  UNION ALL SELECT 'rule', r.rulename, c.relname FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
  WHERE c.relnamespace = $1::regnamespace AND r.ev_enabled = 'A'`;

/** SQL that disables triggers and rules, or enables them again. */
export const alwaysEnabledChangesSql = (
  { alwaysEnabled }: Contents,
  schema: string,
  action: 'DISABLE' | 'ENABLE ALWAYS',
): string[] =>
  alwaysEnabled.map(
    ({ kind, name, table }) =>
      `ALTER TABLE ${quoted(schema)}.${quoted(table)} ${action} ${kind.toUpperCase()} ${quoted(name)}`,
  );

const isFilled = async (client: pg.Client, schema: string, table: string): Promise<boolean> => {
  const { rows } = await client.query<{ filled: boolean }>(
    `SELECT EXISTS (SELECT FROM ${quoted(schema)}.${quoted(table)}) AS filled`,
  );
  return rows[0]?.filled === true;
};

const readSequences = async (client: pg.Client, schema: string): Promise<Sequence[]> => {
  const sequences: Sequence[] = [];
  for (const name of await relationsOf(client, schema, `c.relkind = 'S'`)) {
    const { rows } = await client.query<{ last_value: string; is_called: boolean }>(
      `SELECT last_value::text, is_called FROM ${quoted(schema)}.${quoted(name)}`,
    );
    for (const row of rows) sequences.push({ name, lastValue: row.last_value, isCalled: row.is_called });
  }
  return sequences;
};

/** Reads what a schema contains after the migrations. */
export const readContents = async (
  client: pg.Client,
  schema: string,
  bypassesRowSecurity: boolean,
): Promise<Contents> => {
  const { rows: columns } = await client.query<{ table: string; name: string; own_type: string | null }>(columnsSql, [
    quoted(schema),
  ]);
  // A child table that is not a partition is emptied through its parent, but its seed rows would be counted twice.
  const names = await relationsOf(client, schema, `c.relkind IN ('r', 'p') AND NOT c.relispartition`);
  const unsupported: string[] = [];
  const refuse = async (condition: string, reason: string): Promise<void> => {
    for (const name of await relationsOf(client, schema, condition)) unsupported.push(`${reason} ${name}`);
  };
  await refuse(`c.relkind = 'f'`, 'foreign table');
  await refuse(
    `c.relkind = 'r' AND NOT c.relispartition AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)`,
    'inherited table',
  );
  await refuse(`c.relkind = 'm' AND NOT c.relispopulated`, 'unpopulated materialized view');
  const { rows: alwaysEnabled } = await client.query<AlwaysEnabled & pg.QueryResultRow>(alwaysEnabledSql, [
    quoted(schema),
  ]);
  for (const { kind, name, table } of alwaysEnabled) {
    unsupported.push(`${kind} that is enabled always: ${name} of table ${table}`);
  }
  if (!bypassesRowSecurity) {
    await refuse(
      `c.relkind IN ('r', 'p') AND c.relforcerowsecurity`,
      'row-level security is forced and the role has no BYPASSRLS: table',
    );
  }
  const seedTables: Table[] = [];
  const tables: string[] = [];
  for (const name of names) {
    if (unsupported.length === 0 && !(await isFilled(client, schema, name))) tables.push(name);
    else {
      const own = columns.filter(({ table }) => table === name);
      seedTables.push({ name, columns: own.map((column) => ({ name: column.name, ownType: column.own_type })) });
    }
  }
  return {
    seedTables,
    tables,
    unsupported,
    alwaysEnabled,
    sequences: await readSequences(client, schema),
    materializedViews: await relationsOf(client, schema, `c.relkind = 'm' AND c.relispopulated`),
  };
};

/** SQL of a fingerprint of all rows of some tables, in any order: their number, and the sum of their hashes. */
export const rowsHashSql = (schema: string, relations: readonly string[]): string =>
  `concat_ws(' ', ${[
    `''`,
    ...relations.map(
      (name) =>
        `(SELECT count(*) || ':' || coalesce(sum(hashtextextended((t.*)::text, 0)), 0) FROM ${quoted(schema)}.${quoted(name)} t)`,
    ),
  ].join(', ')})`;

/** The relations whose rows must be those of the migrations. */
export const seedRelations = ({ seedTables, materializedViews }: Contents): string[] => [
  ...seedTables.map(({ name }) => name),
  ...materializedViews,
];

/**
 * SQL that copies the rows of a table from the template. Types of the schema differ from those of the template, so
 * their values are cast through text.
 */
export const copyRowsSql = ({ name, columns }: Table, template: string, schema: string): string => {
  const select = columns.map(({ name: column, ownType }) =>
    ownType === null ? `t.${quoted(column)}` : `t.${quoted(column)}::text::${ownType.replaceAll(template, schema)}`,
  );
  const list = columns.map(({ name: column }) => quoted(column)).join(', ');
  const [target, source] = [schema, template].map((owner) => `${quoted(owner)}.${quoted(name)}`);
  return list === ''
    ? `INSERT INTO ${target} SELECT FROM ${source};`
    : `INSERT INTO ${target} (${list}) OVERRIDING SYSTEM VALUE SELECT ${select.join(', ')} FROM ${source} t;`;
};

/** SQL that gives a sequence the state that it has after the migrations. */
export const setSequenceSql = ({ name, lastValue, isCalled }: Sequence, schema: string): string =>
  `pg_catalog.setval(${pg.escapeLiteral(`${quoted(schema)}.${quoted(name)}`)}, '${lastValue}', ${String(isCalled)})`;

/** SQL that tells whether a sequence has another state than after the migrations. */
export const isSequenceChangedSql = ({ name, lastValue, isCalled }: Sequence, schema: string): string =>
  `(SELECT (last_value, is_called) <> (bigint '${lastValue}', ${String(isCalled)}) FROM ${quoted(schema)}.${quoted(name)})`;
