import type { Knex } from 'knex';
import { MigrationSource } from './src/database/migration-source.js';

/**
 * For knex's own command line, such as `npx tsx node_modules/.bin/knex migrate:status`, on DATABASE_URL. Prefer
 * `rollcall migrate`: it does the same, and no crash can leave its lock behind.
 */
const config: Knex.Config = {
  client: 'pg',
  connection: process.env['DATABASE_URL'] ?? 'postgres://127.0.0.1:5432/rollcall',
  migrations: { migrationSource: new MigrationSource() },
};

export default config;
