import type { QueryBuilder } from 'objection';
import type { SigningKey as PublicSigningKey } from '../../contract/signing-key.js';
import type { Connection, Transaction } from '../../database/database.js';
import { notFound } from '../../errors/not-found.js';
import type { SecretBox } from '../../security/secret-box.js';
import { fingerprintOf } from '../../security/key-material.js';
import type { KeyAlgorithm, KeyState, StoredKey } from '../../security/key-ring.js';
import { KeyRingError, decryptKey } from '../../security/encrypted-key.js';
import { BaseModel } from '../base-model.js';

/** A lease on a published key that is not active yet. The end of the lease identifies its holder. */
export interface KeyLease {
  readonly id: string;
  readonly claimedUntil: Date;
}

/** Duration of a lease, in seconds, in case the process of the rotation is killed or hangs. */
const leaseSeconds = 10;

/** Whether no rotation has leased the key. */
const isFree = `(claimed_until IS NULL OR claimed_until <= clock_timestamp())`;

/** Age after which a published key that never became active is removed, in milliseconds. */
const staleMs = 3_600_000;

const isId = (text: string): boolean => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text);

/** A signing key with an encrypted secret. The id is the `kid` of its tokens. */
export class SigningKey extends BaseModel implements StoredKey {
  static override readonly tableName = 'signing_keys';

  declare algorithm: KeyAlgorithm;
  declare state: KeyState;
  declare encryptedSecret: Buffer;
  declare publicJwk: object | null;
  declare expiresAt: Date | null;
  declare madeFor: KeyAlgorithm | null;
  declare tokenTtlMs: number | null;
  declare tokensUntil: Date | null;
  declare claimedUntil: Date | null;

  /** The database keeps the public key as JSON. */
  static override get jsonAttributes(): string[] {
    return ['publicJwk'];
  }

  /** All keys, newest first. */
  static newestFirst(db: Connection): QueryBuilder<SigningKey> {
    return SigningKey.query(db).orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ]);
  }

  /** Lets one transaction at a time change the keys of this schema; the lock ends with the transaction. */
  static async lockAll(trx: Transaction): Promise<void> {
    const key = `hashtextextended('rollcall signing keys in ' || coalesce(current_schema(), ''), 0)`;
    await trx.raw(`SELECT pg_advisory_xact_lock(${key})`);
  }

  /**
   * Finds the key of a request path, under the lock.
   * @throws {AppError} not_found, also if the id is not a UUID
   */
  static async find(trx: Transaction, kid: string): Promise<SigningKey> {
    const key = isId(kid) ? await SigningKey.query(trx).findById(kid) : undefined;
    if (!key) throw notFound('signing key', kid);
    return key;
  }

  /** Published keys that are not active and not leased, newest first. */
  static abandoned(db: Connection): QueryBuilder<SigningKey> {
    return SigningKey.newestFirst(db).where({ state: 'next' }).whereRaw(isFree);
  }

  /** Leases a key that is not active yet, by the clock of the database. */
  static async lease(trx: Transaction, id: string, madeFor: KeyAlgorithm): Promise<KeyLease> {
    const { rows } = await trx.raw<{ rows: [{ claimed_until: Date }] }>(
      `UPDATE signing_keys SET made_for = ?, claimed_until = clock_timestamp() + ? * interval '1 second'
        WHERE id = ? RETURNING claimed_until`,
      [madeFor, leaseSeconds, id],
    );
    return { id, claimedUntil: rows[0].claimed_until };
  }

  /**
   * Records the lifetime of new tokens of the active key, and when the tokens that it has signed before expire at the latest.
   * @param options.formerTtlMs the longest lifetime that this instance used before; 0 if unknown
   */
  static async recordTokenTtl(
    db: Connection,
    { ttlMs, formerTtlMs, now }: { readonly ttlMs: number; readonly formerTtlMs: number; readonly now: Date },
  ): Promise<void> {
    await db.raw(
      `UPDATE signing_keys SET token_ttl_ms = :ttlMs, tokens_until = greatest(tokens_until,
          :now::timestamptz + greatest(token_ttl_ms, :formerTtlMs) * interval '1 millisecond')
        WHERE state = 'active'`,
      { ttlMs, formerTtlMs, now },
    );
  }

  /** Removes keys whose retention has ended, and keys of interrupted rotations. */
  static async removeExpired(trx: Transaction, now: Date): Promise<SigningKey[]> {
    const isOver = `(expires_at <= :now OR (state = 'next' AND created_at <= :stale AND ${isFree}))`;
    const removed = await SigningKey.query(trx)
      .delete()
      .whereNot({ state: 'active' })
      .whereRaw(isOver, { now, stale: new Date(now.getTime() - staleMs) })
      .returning('*');
    return removed;
  }

  /** The representation in the API, without the secret. */
  toPublic(secretBox: SecretBox): PublicSigningKey {
    return {
      kid: this.id,
      algorithm: this.algorithm,
      state: this.state,
      created_at: this.createdAt.toISOString(),
      expires_at: this.expiresAt?.toISOString() ?? null,
      fingerprint: this.#fingerprint(secretBox),
    };
  }

  #fingerprint(secretBox: SecretBox): string | null {
    try {
      return fingerprintOf(decryptKey(this, secretBox), secretBox);
    } catch (error) {
      if (error instanceof KeyRingError) return null;
      throw error;
    }
  }
}
