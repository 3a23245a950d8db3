import type { Settings } from '../../config/schema/schema.js';
import type { Database } from '../../database/database.js';
import {
  areHashesUnder,
  findSecretChecks,
  hasSecretChecks,
  recordSecretCheck,
  replaceSecretCheck,
  type CheckedSecret,
} from '../../models/keys/secret-check.js';
import { SigningKey } from '../../models/keys/signing-key.js';
import type { Logger } from '../../observability/logger.js';
import { SecretBox } from '../../security/secret-box.js';
import { pepperCheck, pepperId } from '../../security/password-format.js';
import { KeyRingError, decryptKey } from '../../security/encrypted-key.js';
import { exitCodes, CommandError } from '../process/environment.js';

/** Options for `checkSecrets`. */
export interface SecretCheckOptions {
  readonly db: Database;
  readonly settings: Settings;
  readonly log: Logger;
  /** Whether to record secrets that have not been recorded; true by default. */
  readonly record?: boolean;
}

/** A configured secret that is compared with the database. */
interface Candidate {
  readonly name: CheckedSecret;
  readonly value: Buffer;
  /** Hashes of former secrets, which `value` may replace. */
  readonly previous: readonly Buffer[];
  /** Whether the stored data matches the secret, as far as can be determined. */
  readonly fits: () => Promise<boolean>;
  /** The error message for a wrong secret. */
  readonly errorMessage: string;
}

const encryptionKey = ({ db, settings }: SecretCheckOptions): Candidate => {
  const secretBox = new SecretBox(settings.auth.keys.encryptionKey);
  return {
    name: 'encryption_key',
    value: secretBox.hmac('check', 'auth.keys.encryptionKey'),
    previous: [],
    async fits() {
      const keys = await db.read((reader) => SigningKey.newestFirst(reader).execute());
      try {
        for (const key of keys.filter(({ state }) => state === 'active')) decryptKey(key, secretBox);
        return true;
      } catch (error) {
        if (error instanceof KeyRingError) return false;
        throw error;
      }
    },
    errorMessage:
      'auth.keys.encryptionKey (ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY) is wrong: the signing keys in this database were encrypted with another key',
  };
};

const pepper = ({ db, settings }: SecretCheckOptions): Candidate => {
  const { pepper: current, previousPeppers } = settings.password;
  return {
    name: 'pepper',
    value: pepperCheck(current),
    previous: previousPeppers.map(pepperCheck),
    async fits() {
      const ids = [current, ...previousPeppers].map(pepperId);
      return (await db.transaction((trx) => areHashesUnder(trx, ids))) !== 'no';
    },
    errorMessage:
      'password.pepper (ROLLCALL_PASSWORD_PEPPER) is wrong: the password hashes in this database were created with another pepper; to replace a pepper, list the previous one in password.previousPeppers',
  };
};

/**
 * Records a secret for the first time if it matches the stored data.
 * @returns the recorded hash; undefined if `record` is false
 */
const recordFirst = async (db: Database, candidate: Candidate, record: boolean): Promise<Buffer | undefined> => {
  const { name, value, errorMessage } = candidate;
  if (!(await candidate.fits())) throw new CommandError(errorMessage, exitCodes.badConfiguration);
  if (!record) return undefined;
  if (await recordSecretCheck(db.knex, name, value)) return value;
  // Another instance has just recorded a secret, possibly a different one.
  return (await db.read(findSecretChecks)).get(name);
};

const check = async (
  { db, log, record = true }: SecretCheckOptions,
  candidate: Candidate,
  known: Buffer | undefined,
): Promise<void> => {
  const { name, value, previous, errorMessage } = candidate;
  const recorded = known ?? (await recordFirst(db, candidate, record));
  if (recorded === undefined || recorded.equals(value)) return;
  if (!previous.some((former) => former.equals(recorded))) {
    throw new CommandError(errorMessage, exitCodes.badConfiguration);
  }
  if (!record) return;
  await replaceSecretCheck(db.knex, name, { from: recorded, to: value });
  log.info({ event: 'secret.replaced', secret: name }, 'secret replaced');
};

/**
 * Checks that the pepper and the encryption key are those that the database was used with. The first start records a keyed
 * hash of each; until then, they are compared with the stored signing keys and password hashes.
 * @throws {CommandError} exit code 2 for a wrong secret
 */
export const checkSecrets = async (options: SecretCheckOptions): Promise<void> => {
  const { db } = options;
  const recorded = (await db.read(hasSecretChecks)) ? await db.read(findSecretChecks) : undefined;
  for (const candidate of [encryptionKey(options), pepper(options)]) {
    if (recorded === undefined) await recordFirst(db, candidate, false);
    else await check(options, candidate, recorded.get(candidate.name));
  }
};
