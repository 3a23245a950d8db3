import { InstanceRegistry } from '../../instances/instance-registry.js';
import type { Database } from '../../database/database.js';
import { KeyRotation } from '../../models/keys/key-rotation.js';
import { SecretBox } from '../../security/secret-box.js';
import { KeyRingError } from '../../security/key-ring.js';
import { checkSecrets } from '../../server/startup/check-secrets.js';
import { CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { withDatabase } from '../with-database.js';

/** What the commands on keys work with. */
export interface KeyCommandContext {
  readonly db: Database;
  readonly secretBox: SecretBox;
  readonly changes: KeyRotation;
}

/**
 * Runs a command on the keys of the configuration's database, whether or not services run on it.
 * @param work what to do
 * @param options `mayChange`: false for a command that only reads
 * @throws {CommandError} when the database is not migrated, or was used with another pepper or encryption key
 */
export const withKeys = (
  environment: ProcessEnvironment,
  work: (tools: KeyCommandContext) => Promise<number>,
  { mayChange = true } = {},
): Promise<number> =>
  withDatabase(
    environment,
    async (core, { db }) => {
      const { config, clock, log, metrics } = core;
      // A list is of use with another encryption key too: it says which keys cannot be opened.
      if (mayChange) await checkSecrets({ db, log, settings: config.current });
      const secretBox = new SecretBox(config.current.auth.keys.encryptionKey);
      const instances = new InstanceRegistry({ db, log });
      const changes = new KeyRotation({ db, instances, settings: config, secretBox, clock, log, metrics });
      try {
        return await work({ db, secretBox, changes });
      } catch (error) {
        if (error instanceof KeyRingError) throw new CommandError(error.message);
        throw error;
      }
    },
    { secrets: mayChange },
  );
