import type { Database } from '../database/database.js';
import { violatedConstraint } from '../database/faults.js';
import type { KeyAlgorithm, KeyState, KeyStore, StoredKey } from '../security/key-ring.js';
import { BaseModel } from './base-model.js';

/** A signing key, its secret sealed under the encryption key; the id is the `kid` of its tokens. */
export class SigningKey extends BaseModel {
  static override readonly tableName = 'signing_keys';

  declare algorithm: KeyAlgorithm;
  declare state: KeyState;
  declare encryptedSecret: Buffer;
  declare publicJwk: object | null;
  declare expiresAt: Date | null;

  /** The database keeps the public key as JSON. */
  static override get jsonAttributes(): string[] {
    return ['publicJwk'];
  }
}

/** The key ring's store over the table `signing_keys`. */
export const signingKeyStore = (db: Database): KeyStore => ({
  list: () => db.read((connection) => SigningKey.query(connection).orderBy('created_at', 'desc').execute()),

  async insertActive(key: StoredKey): Promise<boolean> {
    try {
      await SigningKey.query(db.knex).insert({ ...key });
      return true;
    } catch (error) {
      if (violatedConstraint(error) === 'signing_keys_one_active_key') return false;
      throw error;
    }
  },

  async removeExpired(now: Date): Promise<string[]> {
    const removed = await SigningKey.query(db.knex)
      .delete()
      .whereNot({ state: 'active' })
      .where('expires_at', '<=', now)
      .returning('id');
    return (removed as unknown as { id: string }[]).map((row) => row.id);
  },
});
