import { InstanceRegistry } from '../../instances/instance-registry.js';
import type { Database } from '../../database/database.js';
import { KeyRotation } from '../../models/keys/key-rotation.js';
import { SecretBox } from '../../security/secret-box.js';
import { KeyRingError } from '../../security/key-ring.js';
import { checkSecrets } from '../../server/startup/check-secrets.js';
import { CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { withDatabase } from '../with-database.js';

/** Dependencies of the key commands. */
export interface KeyCommandContext {
  readonly db: Database;
  readonly secretBox: SecretBox;
  readonly changes: KeyRotation;
}

/**
 * Runs a key command on the configured database, whether or not a service is running.
 * @param work the command
 * @param options `mayChange`: false for a command that only reads
 * @throws {CommandError} if the database is not migrated, or was used with another pepper or encryption key
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
      // Listing also works with a wrong encryption key: it shows which keys cannot be decrypted.
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
