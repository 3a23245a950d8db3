import { exitCodes, type Host } from '../../server/host.js';
import { writeData, type OutputOptions } from '../output.js';
import { columns } from '../terminal.js';
import { withDatabase } from '../with-database.js';
import { findUser } from './change-account.js';

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.join(', ') || '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/**
 * `rollcall users show <user>`: prints an account as administrators see it.
 * @throws {StartError} for an unknown account
 */
export const showUser = (host: Host, name: string, { json = false }: OutputOptions): Promise<number> =>
  withDatabase(host, async ({ clock }, { db }) => {
    const user = (await findUser(db, name)).toAdmin(clock.now());
    if (json) writeData(host, user);
    else {
      host.stdout.write(
        columns(
          Object.entries(user).map(([field, value]) => [field, shown(value)]),
          '',
        ),
      );
    }
    return exitCodes.ok;
  });
