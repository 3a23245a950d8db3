import pg from 'pg';
import type { Leak } from '../errors.js';
import { quoted } from '../names.js';

/** The definition of each object of a schema, by kind and name, for example `column email of table users`. */
export type Snapshot = Readonly<Record<string, string>>;

/** Name of the kind of a relation. */
const relationKind = `CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'
  WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'type' END`;

/** Owner and privileges; explicit default privileges equal absent ones. */
const privileges = (acl: string, kind: string, owner: string): string =>
  `(SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(coalesce(${acl}, acldefault(${kind}, ${owner}))) a)`;

/** Each part returns identity and definition. Names in the schema are unqualified, since it is on the search path. */
const parts = [
  `SELECT ${relationKind} || ' ' || c.relname, concat_ws(' ', c.relkind, c.relpersistence, c.relrowsecurity,
     c.relforcerowsecurity, c.relreplident, c.reloptions::text, pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid),
     (SELECT string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid),
     CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid, true) END,
     CASE WHEN c.relkind = 'm' THEN c.relispopulated END,
     CASE WHEN c.relkind IN ('r', 'p', 'v', 'm', 'S')
       THEN ${privileges('c.relacl', `CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`, 'c.relowner')} END,
     (SELECT concat_ws(' ', format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
       FROM pg_sequence s WHERE s.seqrelid = c.oid),
     (SELECT d.refobjid::regclass::text || '.' || d.refobjsubid FROM pg_depend d
       WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
         AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0),
     (SELECT string_agg(t.tgenabled::text, '' ORDER BY t.tgenabled) FROM pg_trigger t
       WHERE t.tgrelid = c.oid AND t.tgisinternal AND t.tgenabled <> 'O'))
   FROM pg_class c, ns WHERE c.relnamespace = ns.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')`,
  `SELECT 'column ' || a.attname || ' of ' || ${relationKind} || ' ' || c.relname,
     concat_ws(' ', row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid, true), nullif(a.attcollation, t.typcollation)::regcollation,
       a.attacl::text, a.attstorage, a.attcompression, a.attstattarget, a.attoptions::text)
   FROM pg_class c JOIN ns ON c.relnamespace = ns.oid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')`,
  `SELECT 'constraint ' || o.conname || ' of ' || coalesce('table ' || c.relname, 'domain ' || t.typname),
     concat_ws(' ', pg_get_constraintdef(o.oid, true), o.convalidated)
   FROM pg_constraint o JOIN ns ON o.connamespace = ns.oid LEFT JOIN pg_class c ON c.oid = o.conrelid
     LEFT JOIN pg_type t ON t.oid = o.contypid WHERE o.contype <> 't'`,
  `SELECT 'index ' || i.relname || ' of ' || ${relationKind} || ' ' || c.relname, concat_ws(' ', pg_get_indexdef(x.indexrelid, 0, true), x.indisvalid, x.indisclustered,
     x.indisreplident, i.reloptions::text)
   FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid JOIN ns ON c.relnamespace = ns.oid
   WHERE c.relkind <> 't'`,
  `SELECT 'trigger ' || t.tgname || ' of table ' || c.relname, concat_ws(' ', pg_get_triggerdef(t.oid, true), t.tgenabled)
   FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN ns ON c.relnamespace = ns.oid WHERE NOT t.tgisinternal`,
  `SELECT 'policy ' || p.polname || ' of table ' || c.relname, concat_ws(' ', p.polcmd, p.polpermissive,
     (SELECT string_agg(coalesce(r.rolname, 'public'), ',' ORDER BY 1) FROM unnest(p.polroles) o LEFT JOIN pg_roles r ON r.oid = o),
     pg_get_expr(p.polqual, p.polrelid, true), pg_get_expr(p.polwithcheck, p.polrelid, true))
   FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN ns ON c.relnamespace = ns.oid`,
  `SELECT 'rule ' || r.rulename || ' of ' || c.relname, concat_ws(' ', pg_get_ruledef(r.oid, true), r.ev_enabled)
   FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN ns ON c.relnamespace = ns.oid WHERE r.rulename <> '_RETURN'`,
  `SELECT CASE p.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END || p.proname || '(' ||
     pg_get_function_identity_arguments(p.oid) || ')', concat_ws(' ',
     CASE p.prokind WHEN 'a' THEN (SELECT concat_ws(' ', g.aggkind, g.aggtransfn, g.aggfinalfn, format_type(g.aggtranstype, NULL),
       g.agginitval) FROM pg_aggregate g WHERE g.aggfnoid = p.oid) ELSE pg_get_functiondef(p.oid) END,
     ${privileges('p.proacl', "'f'", 'p.proowner')})
   FROM pg_proc p JOIN ns ON p.pronamespace = ns.oid`,
  `SELECT CASE t.typtype WHEN 'd' THEN 'domain ' ELSE 'type ' END || t.typname,
     concat_ws(' ', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END, t.typnotnull, t.typdefault,
     (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
     (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r WHERE r.rngtypid = t.oid), ${privileges('t.typacl', "'T'", 't.typowner')})
   FROM pg_type t JOIN ns ON t.typnamespace = ns.oid WHERE t.typtype IN ('d', 'e', 'r')`,
  `SELECT 'statistics ' || s.stxname, pg_get_statisticsobjdef(s.oid)
   FROM pg_statistic_ext s JOIN ns ON s.stxnamespace = ns.oid`,
  `SELECT pg_describe_object(d.classid, d.objid, 0), ''
   FROM pg_depend d JOIN ns ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = ns.oid
   WHERE d.classid NOT IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass,
     'pg_statistic_ext'::regclass, 'pg_extension'::regclass, 'pg_rewrite'::regclass, 'pg_trigger'::regclass)`,
  `SELECT 'privileges on the schema', ${privileges('n.nspacl', "'n'", 'n.nspowner')} FROM pg_namespace n JOIN ns ON n.oid = ns.oid`,
  `SELECT 'comment on ' || CASE WHEN d.objoid = ns.oid THEN 'the schema' ELSE pg_describe_object(d.classoid, d.objoid, d.objsubid) END,
     d.description
   FROM pg_description d JOIN ns ON d.objoid >= 16384, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
   WHERE (d.classoid = 'pg_namespace'::regclass AND d.objoid = ns.oid) OR strpos(i.identity, ns.name || '.') > 0`,
];

const snapshotSql = (schema: string): string => `
  WITH ns AS (SELECT oid, quote_ident(nspname) AS name FROM pg_namespace WHERE nspname = ${pg.escapeLiteral(schema)})
  SELECT identity, definition FROM (${parts.map((part) => `(${part})`).join('\nUNION ALL ')}) AS p(identity, definition)
  WHERE identity IS NOT NULL`;

/** SQL that drops the extensions in a schema on which nothing depends. */
const dropExtensionsSql = (schema: string): string => `
  DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT extname FROM pg_extension WHERE extnamespace = to_regnamespace(${pg.escapeLiteral(quoted(schema))}) LOOP
      BEGIN EXECUTE format('DROP EXTENSION %I', name); EXCEPTION WHEN OTHERS THEN NULL; END;
    END LOOP;
  END $$`;

/**
 * Describes all objects of a schema. Descriptions of two schemas with the same structure are equal.
 * @param withExtensions whether to include the objects of extensions that were created in the schema
 */
export const takeSnapshot = async (client: pg.Client, schema: string, withExtensions = true): Promise<Snapshot> => {
  await client.query(
    `BEGIN; ${withExtensions ? '' : `${dropExtensionsSql(schema)};`} SET LOCAL search_path = ${quoted(schema)}`,
  );
  try {
    const { rows } = await client.query<{ identity: string; definition: string }>(snapshotSql(schema));
    const clean = (text: string): string =>
      text
        .replaceAll(`${quoted(schema)}.`, '')
        .replaceAll(`${schema}.`, '')
        .replaceAll(schema, 'SCHEMA');
    return Object.fromEntries(rows.map(({ identity, definition }) => [clean(identity), clean(definition)]));
  } finally {
    await client.query('ROLLBACK');
  }
};

/** An object that differs between two snapshots. */
export interface Difference {
  readonly object: string;
  readonly change: 'created' | 'dropped' | 'changed';
}

/** Parts of an object that was created or dropped as a whole need no separate mention. */
const isPartOf = (object: string, whole: ReadonlySet<string>): boolean => {
  const [, owner] = / of (.+)$/.exec(object) ?? [];
  return owner !== undefined && whole.has(owner);
};

/** The differences between two snapshots, whole objects first. */
export const compareSnapshots = (before: Snapshot, after: Snapshot): Difference[] => {
  const created = Object.keys(after).filter((object) => before[object] === undefined);
  const dropped = Object.keys(before).filter((object) => after[object] === undefined);
  const changed = Object.keys(after).filter(
    (object) => before[object] !== undefined && before[object] !== after[object],
  );
  const [isNew, isGone] = [new Set(created), new Set(dropped)];
  const differences: Difference[] = [
    ...created.filter((object) => !isPartOf(object, isNew)).map((object) => ({ object, change: 'created' as const })),
    ...dropped.filter((object) => !isPartOf(object, isGone)).map((object) => ({ object, change: 'dropped' as const })),
    ...changed.map((object) => ({ object, change: 'changed' as const })),
  ];
  const weight = ({ object }: Difference): number => (object.includes(' of ') ? 1 : 0);
  return differences.sort((one, other) => weight(one) - weight(other) || one.object.localeCompare(other.object));
};

/**
 * The differences of a schema from a snapshot as leaks.
 * @param statementOn finds a statement that may have changed an object
 */
export const structureLeaks = async (
  client: pg.Client,
  schema: string,
  before: Snapshot,
  statementOn: (object: string) => string | undefined,
): Promise<Leak[]> => {
  const differences = compareSnapshots(before, await takeSnapshot(client, schema, false));
  return differences.map(({ object, change }) => {
    const statement = statementOn(object);
    const kind = object.split(' ')[0] ?? 'object';
    return { kind, message: `${object} ${change}`, ...(statement !== undefined && { statement }) };
  });
};
