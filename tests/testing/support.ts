import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import pg from 'pg';
import { markDatabase } from 'scenario-schema';
import type { TestDatabase } from '../support/postgres.js';

/** The schemas of the kit in a database. */
export const schemas = async (connection: pg.Client): Promise<string[]> => {
  const sql = `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'scenario%'`;
  return (await connection.query<{ name: string }>(sql)).rows.map(({ name }) => name);
};

/** The folders of the services of a process. */
export const folders = (pid: number): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`rollcall-testing-${String(pid)}-`));

/** Marks a database for tests, and connects to it. */
export const openMarked = async (marked: TestDatabase): Promise<pg.Client> => {
  const connection = new pg.Client(marked.url);
  await connection.connect();
  await markDatabase(connection, 'scenario_', () => undefined);
  return connection;
};
