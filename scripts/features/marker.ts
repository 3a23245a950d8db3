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
  if (facts === undefined) throw new Error('the database told nothing about itself');
  return facts;
};

/**
 * Makes sure that the features may use a database: only one that was marked, since they empty what they use.
 * @throws {UsageError}
 */
export const requireMarker = async (client: pg.Client): Promise<void> => {
  const { name, comment } = await factsOf(client);
  if (comment === marker) return;
  throw new UsageError(
    `The database "${name}" is not marked for the features, so nothing was done in it. ` +
      'If it is meant for tests, mark it once: DATABASE_URL=… npm run features -- --mark-database',
  );
};

/**
 * Marks a database, after telling what that allows. One that holds anything is refused.
 * @param tell is given what will be done, before it is done
 * @throws {UsageError}
 */
export const markDatabase = async (client: pg.Client, tell: (text: string) => void): Promise<void> => {
  const { name, comment, relations } = await factsOf(client);
  if (relations.length > 0) {
    throw new UsageError(
      `The database "${name}" holds ${relations.join(', ')}: only an empty one is marked. Nothing was done.`,
    );
  }
  if (comment !== null && comment !== marker) {
    throw new UsageError(
      `The database "${name}" carries another comment ("${comment}"): it may have another purpose. Nothing was done.`,
    );
  }
  tell(
    `Marking the database "${name}" for the features: they will make, empty and drop schemas named ${schemaPrefix}* in it,\n` +
      'and end their own sessions. Nothing else in it is touched. To take the mark away: ' +
      `COMMENT ON DATABASE "${name.replaceAll('"', '""')}" IS NULL`,
  );
  await client.query(`COMMENT ON DATABASE "${name.replaceAll('"', '""')}" IS '${marker}'`);
  tell('Marked.');
};
