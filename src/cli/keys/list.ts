import { SigningKey } from '../../models/keys/signing-key.js';
import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import { writeData, type OutputOptions } from '../output.js';
import { keyTable } from './key-table.js';
import { withKeys } from './with-keys.js';

/**
 * `rollcall keys list [--json]`: prints the signing keys, newest first, without secrets.
 * @throws {CommandError} if the database is not migrated
 */
export const listKeys = (environment: ProcessEnvironment, { json = false }: OutputOptions): Promise<number> =>
  withKeys(
    environment,
    async ({ db, secretBox }) => {
      const rows = await db.read((connection) => SigningKey.newestFirst(connection).execute());
      const data = rows.map((key) => key.toPublic(secretBox));
      if (json) writeData(environment, data);
      else environment.stdout.write(keyTable(data, environment));
      return exitCodes.ok;
    },
    { mayChange: false },
  );
