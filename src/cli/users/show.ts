import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import { writeData, type OutputOptions } from '../output.js';
import { columns, printable } from '../terminal.js';
import { withDatabase } from '../with-database.js';
import { findUser } from './change-account.js';

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.join(', ') || '-';
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
};

/**
 * `rollcall users show <user>`: prints an account, with the fields that administrators see.
 * @throws {CommandError} for an unknown account
 */
export const showUser = (
  environment: ProcessEnvironment,
  name: string,
  { json = false }: OutputOptions,
): Promise<number> =>
  withDatabase(environment, async ({ clock }, { db }) => {
    const user = (await findUser(db, name)).toAdmin(clock.now());
    if (json) writeData(environment, user);
    else {
      environment.stdout.write(
        columns(
          Object.entries(user).map(([field, value]) => [field, shown(value)]),
          '',
        ),
      );
    }
    return exitCodes.ok;
  });
