import type { Knex } from 'knex';
import { revertMigrations } from '../../src/database/migrate-down.js';
import type { Logger } from '../../src/observability/logger.js';

/** Reverts the last batch of migrations. Returns their names, newest first. */
export const migrateDown = async (db: Knex, log: Logger): Promise<string[]> => {
  const batch = db('knex_migrations').whereRaw('batch = (SELECT max(batch) FROM knex_migrations)');
  const names = await batch.orderBy('id', 'desc').pluck<string[]>('name');
  await revertMigrations(db, log, names);
  return names;
};
