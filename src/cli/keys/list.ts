import { SigningKey } from '../../models/signing-key.js';
import { exitCodes, type Host } from '../../server/host.js';
import { writeData, type OutputOptions } from '../output.js';
import { keyTable } from './key-table.js';
import { withKeys } from './with-keys.js';

/**
 * `rollcall keys list [--json]`: prints the signing keys, newest first; never a secret.
 * @throws {StartError} when the database is not migrated
 */
export const listKeys = (host: Host, { json = false }: OutputOptions): Promise<number> =>
  withKeys(
    host,
    async ({ db, secretBox }) => {
      const rows = await db.read((connection) => SigningKey.newestFirst(connection).execute());
      const data = rows.map((key) => key.toPublic(secretBox));
      if (json) writeData(host, data);
      else host.stdout.write(keyTable(data, host));
      return exitCodes.ok;
    },
    { mayChange: false },
  );
