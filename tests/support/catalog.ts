import type { Knex } from 'knex';

/** One query for each kind of database object; each row is one line of text. */
const queries = {
  table: `
    SELECT c.relname || ' ' || c.relkind::text || coalesce(' ' || pg_get_partkeydef(c.oid), '')
      || coalesce(' of ' || parent.relname || ' ' || pg_get_expr(c.relpartbound, c.oid), '') AS line
    FROM pg_class c
    LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class parent ON parent.oid = i.inhparent
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')`,
  column: `
    SELECT c.relname || '.' || a.attnum || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
      || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
      || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
      AND NOT a.attisdropped`,
  constraint: `
    SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS line
    FROM pg_constraint WHERE connamespace = current_schema()::regnamespace`,
  index: `
    SELECT tablename || ' ' || indexdef AS line FROM pg_indexes WHERE schemaname = current_schema()`,
  trigger: `
    SELECT pg_get_triggerdef(t.oid) AS line FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal`,
  function: `
    SELECT pg_get_functiondef(oid) AS line FROM pg_proc WHERE pronamespace = current_schema()::regnamespace`,
  type: `
    SELECT typname || ' ' || typtype::text AS line FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('e', 'd')`,
};

/** Describes the structure of the current schema in sorted lines, without the tables of knex. */
export const dumpCatalog = async (db: Knex): Promise<string[]> => {
  const lines: string[] = [];
  for (const [kind, query] of Object.entries(queries)) {
    const { rows } = await db.raw<{ rows: { line: string }[] }>(query);
    lines.push(...rows.map(({ line }) => `${kind} ${line}`));
  }
  return lines.filter((line) => !line.includes('knex_migrations')).sort();
};
