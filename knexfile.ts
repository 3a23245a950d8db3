import type { Knex } from 'knex';
import { MigrationSource } from './src/database/migration-source.js';

/**
 * For people who like knex's own command line: `npx tsx node_modules/.bin/knex migrate:status` and the like, on
 * DATABASE_URL. `rollcall migrate` does the same and is to be preferred: it takes a lock that no crash can leave behind.
 */
const config: Knex.Config = {
  client: 'pg',
  connection: process.env['DATABASE_URL'] ?? 'postgres://127.0.0.1:5432/rollcall',
  migrations: { migrationSource: new MigrationSource() },
};

export default config;
