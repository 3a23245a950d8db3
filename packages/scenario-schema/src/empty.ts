import type pg from 'pg';
import { codeOf } from './errors.js';
import { quoted } from './names.js';

/**
 * One round trip and one transaction, which can be repeated if a part fails: a query, the schema is emptied, and inspected.
 * @param isReused whether the schema has functions that empty and inspect it
 * @param around what else is selected with the state
 */
export const emptyAndInspect = async <State>(
  client: pg.Client,
  {
    kit,
    schema,
    isReused,
    query = 'SELECT WHERE false',
    around,
  }: {
    readonly kit: string;
    readonly schema: string;
    readonly isReused: boolean;
    readonly query?: string | undefined;
    readonly around: string;
  },
): Promise<{ state: State; rows: readonly unknown[] }> => {
  const call = (name: string): string => `${kit}.${quoted(`${name}_${schema}`)}()`;
  const statements = [
    'BEGIN',
    query,
    ...(isReused ? [`SELECT ${call('empty')}`] : []),
    isReused
      ? `SELECT l.*, ${around} FROM ${call('inspect')} l`
      : `SELECT 0 AS rows, '' AS seed, '' AS signature, ${around}`,
    'COMMIT',
  ];
  const results = (await client.query(statements.join(';\n'))) as unknown as pg.QueryResult[];
  const state = results.at(-2)?.rows[0] as State | undefined;
  if (state === undefined) throw new Error('the database returned no row for the schema');
  return { state, rows: results[1]?.rows ?? [] };
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
