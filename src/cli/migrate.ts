import { migrateDown, migrateUp, migrationStatus } from '../database/migrations.js';
import { exitCodes, type Host } from '../server/host.js';
import { withBareDatabase } from './with-database.js';

/** `rollcall migrate up | down | status`: migrations alone, one name a line. */
export const migrate = (host: Host, direction: 'up' | 'down' | 'status'): Promise<number> =>
  withBareDatabase(host, async ({ log }, { db }) => {
    if (direction === 'status') {
      for (const { name, appliedAt } of await migrationStatus(db.knex)) {
        host.stdout.write(`${appliedAt === null ? 'pending' : appliedAt.toISOString()}\t${name}\n`);
      }
      return exitCodes.ok;
    }
    const names = direction === 'up' ? await migrateUp(db.knex, log) : await migrateDown(db.knex, log);
    host.stdout.write(names.length === 0 ? 'nothing to do\n' : names.map((name) => `${direction}\t${name}\n`).join(''));
    return exitCodes.ok;
  });
