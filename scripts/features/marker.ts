import type pg from 'pg';
import { schemaPrefix } from '../../features/support/schema/names.js';
import { UsageError } from './options.js';

/** The comment on a database that allows the features to use it. */
export const marker = `rollcall: the features may make, empty and drop schemas named ${schemaPrefix}* in this database`;

interface Facts {
  readonly name: string;
  readonly comment: string | null;
  readonly relations: readonly string[];
}

const factsOf = async (client: pg.Client): Promise<Facts> => {
  const { rows } = await client.query<Facts>(
    `SELECT current_database() AS name,
       shobj_description((SELECT oid FROM pg_database WHERE datname = current_database()), 'pg_database') AS comment,
       ARRAY(SELECT relnamespace::regnamespace || '.' || relname FROM pg_class
         WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
           AND NOT starts_with(relnamespace::regnamespace::text, $1) ORDER BY 1 LIMIT 5) AS relations`,
    [schemaPrefix],
  );
  const [facts] = rows;
  if (facts === undefined) throw new Error('the query for facts about the database returned no row');
  return facts;
};

/**
 * Checks that a database is marked, since scenarios empty the schemas that they use.
 * @throws {UsageError} if the database is not marked
 */
export const requireMarker = async (client: pg.Client): Promise<void> => {
  const { name, comment } = await factsOf(client);
  if (comment === marker) return;
  throw new UsageError(
    `The database "${name}" is not marked for the features. Nothing was changed. ` +
      'If it is meant for tests, mark it once: DATABASE_URL=… npm run features -- --mark-database',
  );
};

/**
 * Marks an empty database, after explaining what that permits.
 * @param report called with the explanation before the database is marked
 * @throws {UsageError} if the database is not empty, or has another comment
 */
export const markDatabase = async (client: pg.Client, report: (text: string) => void): Promise<void> => {
  const { name, comment, relations } = await factsOf(client);
  if (relations.length > 0) {
    throw new UsageError(
      `The database "${name}" contains ${relations.join(', ')}; only an empty database can be marked. Nothing was changed.`,
    );
  }
  if (comment !== null && comment !== marker) {
    throw new UsageError(
      `The database "${name}" has another comment ("${comment}"), so it may have another purpose. Nothing was changed.`,
    );
  }
  report(
    `Marking the database "${name}" for the features: they will create, empty and drop schemas named ${schemaPrefix}* in it,\n` +
      'and end their own sessions. Nothing else is changed. To remove the mark: ' +
      `COMMENT ON DATABASE "${name.replaceAll('"', '""')}" IS NULL`,
  );
  await client.query(`COMMENT ON DATABASE "${name.replaceAll('"', '""')}" IS '${marker}'`);
  report('Marked.');
};
