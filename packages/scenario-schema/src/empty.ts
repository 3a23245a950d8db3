import type pg from 'pg';
import type { Blueprint } from './blueprint.js';
import { codeOf, type Leak } from './errors.js';
import { cleanSql, type SchemaState } from './schema/functions.js';

/** The state of a schema and of what is outside of it. */
export interface State extends SchemaState {
  readonly surroundings: string;
}

/**
 * One round trip and one transaction, which can be repeated if a part fails: a query, the schema is emptied, and inspected.
 * @param isReused whether the schema has a function that empties and inspects it
 * @param around what else is selected with the state
 */
export const emptyAndInspect = async (
  client: pg.Client,
  {
    kit,
    schema,
    isReused,
    query,
    around,
  }: {
    readonly kit: string;
    readonly schema: string;
    readonly isReused: boolean;
    readonly query?: string | undefined;
    readonly around: string;
  },
): Promise<{ state: State; rows: readonly unknown[] }> => {
  const select = isReused
    ? `SELECT l.*, ${around} FROM ${cleanSql(kit, schema)} l`
    : `SELECT 0 AS rows, '' AS seed, '' AS signature, ${around}`;
  // PostgreSQL runs the statements of one message in one transaction.
  const results = [await client.query(query === undefined ? select : `${query}\n;\n${select}`)].flat();
  const state = results.at(-1)?.rows[0] as State | undefined;
  if (state === undefined) throw new Error('the database returned no row for the schema');
  return { state, rows: query === undefined ? [] : (results[0]?.rows ?? []) };
};

/** The rows of a query; none if a schema, table, column or function that it needs does not exist. */
export const rowsIfDefined = async (client: pg.Client, query: string): Promise<readonly unknown[]> => {
  try {
    return (await client.query(query)).rows as unknown[];
  } catch (error) {
    if (['3F000', '42P01', '42703', '42704', '42883'].includes(codeOf(error) ?? '')) return [];
    throw error;
  }
};

/** Rows that are in an emptied schema although they should not be, or are not those of the migrations. */
export const rowLeaks = ({ rows, seed }: SchemaState, { seedHash }: Blueprint): Leak[] => {
  const messages = [
    ...(rows > 0 ? [`${String(rows)} rows that were written while the schema was emptied`] : []),
    ...(seed === seedHash ? [] : ['rows that differ from those of the migrations after the schema was emptied']),
  ];
  return messages.map((message) => ({ kind: 'rows', message }));
};
