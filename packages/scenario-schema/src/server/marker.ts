import type pg from 'pg';
import { firstRow } from '../connection.js';
import { codeOf, ScenarioSchemaError } from '../errors.js';
import { databasePrefix, defaultPrefix, quoted } from '../names.js';

/** The comment on a database that permits its use. */
export const markerOf = (prefix: string): string =>
  `scenario-schema: tests may create, empty and drop schemas and databases named ${prefix}*`;

interface DatabaseFacts extends pg.QueryResultRow {
  readonly name: string;
  readonly comment: string | null;
  readonly relations: readonly string[];
}

const factsOf = async (client: pg.Client, prefix: string): Promise<DatabaseFacts> =>
  firstRow(
    await client.query<DatabaseFacts>(
      `SELECT current_database() AS name,
       shobj_description((SELECT oid FROM pg_database WHERE datname = current_database()), 'pg_database') AS comment,
       ARRAY(SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^(pg_|information_schema$)'
           AND NOT starts_with(n.nspname, $1)
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
         ORDER BY 1 LIMIT 5) AS relations`,
      [prefix],
    ),
  );

/**
 * Checks that a database is marked, since the kit creates and drops schemas in it.
 * @param command marks the database; part of the message
 * @throws {ScenarioSchemaError} if it is not marked
 */
export const requireMarker = async (
  client: pg.Client,
  prefix: string,
  command = `npx scenario-schema mark${prefix === defaultPrefix ? '' : ` --prefix ${prefix}`}`,
): Promise<void> => {
  const { name, comment } = await factsOf(client, prefix);
  if (comment === markerOf(prefix)) return;
  throw new ScenarioSchemaError(
    `The database "${name}" is not marked for tests, so nothing was changed. If it may be used for tests, mark it once: ` +
      `DATABASE_URL=… ${command}`,
  );
};

/**
 * Marks a database that contains no tables.
 * @param report called with what the mark permits, before the database is marked
 * @throws {ScenarioSchemaError} if it contains tables or has another comment
 */
export const markDatabase = async (
  client: pg.Client,
  prefix: string,
  report: (text: string) => void,
): Promise<void> => {
  const { name, comment, relations } = await factsOf(client, prefix);
  if (relations.length > 0) {
    throw new ScenarioSchemaError(
      `The database "${name}" contains ${relations.join(', ')}; only an empty database can be marked. Nothing was changed.`,
    );
  }
  const marker = markerOf(prefix);
  if (comment !== null && comment !== marker) {
    throw new ScenarioSchemaError(
      `The database "${name}" has another comment ("${comment}"), so it may have another purpose. Nothing was changed. ` +
        `If it is for tests, remove the comment first: COMMENT ON DATABASE ${quoted(name)} IS NULL`,
    );
  }
  report(
    `Marking the database "${name}": tests may create, empty and drop schemas named ${prefix}* in it, create databases\n` +
      `named ${databasePrefix(prefix, name)}* on its server if the role may, end their own sessions and those that lock their tables, and remove what a scenario creates outside of\n` +
      `its schema. To remove the mark: COMMENT ON DATABASE ${quoted(name)} IS NULL`,
  );
  try {
    await client.query(`COMMENT ON DATABASE ${quoted(name)} IS '${marker.replaceAll("'", "''")}'`);
  } catch (error) {
    if (codeOf(error) !== '42501') throw error;
    throw new ScenarioSchemaError(
      `Only the owner of the database "${name}" or a superuser can mark it. Run the command as one of them.`,
      { cause: error },
    );
  }
  report('Marked.');
};
