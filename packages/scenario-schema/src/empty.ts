import type pg from 'pg';
import type { Blueprint } from './blueprint.js';
import { firstRow } from './connection.js';
import { codeOf, type Leak } from './errors.js';
import type { EmptiedState } from './schema/functions.js';

/** What emptying a schema does not change. */
export interface Observed extends pg.QueryResultRow {
  readonly signature: string;
  readonly surroundings: string;
}

/** What is inspected when a schema has been emptied. */
export type State = EmptiedState & Observed;

/** The rows of a query; none if a schema, table, column or function that it needs does not exist. */
const rowsIfDefined = async (client: pg.Client, query: string): Promise<readonly unknown[]> => {
  try {
    return (await client.query(query)).rows as unknown[];
  } catch (error) {
    if (['3F000', '42P01', '42703', '42704', '42883'].includes(codeOf(error) ?? '')) return [];
    throw error;
  }
};

/**
 * Sends a query and the statement that empties the schema in one round trip and one transaction, since PostgreSQL runs the
 * statements of one message in one transaction.
 * @param options `mayFail`: whether the scenario may have dropped what the query reads, so that it is sent before
 */
export const queryAndEmpty = async (
  client: pg.Client,
  { query, mayFail }: { readonly query: string | undefined; readonly mayFail: boolean },
  empty: string,
): Promise<{ state: EmptiedState; rows: readonly unknown[] }> => {
  const before = query !== undefined && mayFail ? await rowsIfDefined(client, query) : undefined;
  const isJoined = query !== undefined && !mayFail;
  const results = [await client.query<EmptiedState>(isJoined ? `${query}\n;\n${empty}` : empty)].flat();
  return { state: firstRow(results.at(-1)), rows: before ?? (isJoined ? (results[0]?.rows ?? []) : []) };
};

/** Rows that are in an emptied schema although they should not be, or are not those of the migrations. */
export const rowLeaks = ({ rows, seed }: EmptiedState, { seedHash }: Blueprint): Leak[] => {
  const messages = [
    ...(rows > 0 ? [`${String(rows)} rows that were written while the schema was emptied`] : []),
    ...(seed === seedHash ? [] : ['rows that differ from those of the migrations after the schema was emptied']),
  ];
  return messages.map((message) => ({ kind: 'rows', message }));
};
