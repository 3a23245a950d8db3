import type { KeyAlgorithm } from './key-material.js';

/** `active` signs; `retiring` no longer signs, and verifies until it expires; `next` is published before it signs. */
export type KeyState = 'active' | 'retiring' | 'next';

/** A stored signing key. */
export interface StoredKey {
  /** The `kid`: a UUID. */
  readonly id: string;
  readonly algorithm: KeyAlgorithm;
  readonly state: KeyState;
  /** Encrypted with `SecretBox`. */
  readonly encryptedSecret: Buffer;
  /** The public key, for information only; never used to verify. Null for HS256. */
  readonly publicJwk: object | null;
  readonly createdAt: Date;
  /** End of retention; null for the active key. */
  readonly expiresAt: Date | null;
  /**
   * The algorithm that was configured when the key was created. A key of another algorithm, created on request, is not
   * replaced until the configuration changes. Null for keys of an older release.
   */
  readonly madeFor: KeyAlgorithm | null;
  /** Lifetime of the tokens that it signs, in milliseconds; null for keys of an older release. */
  readonly tokenTtlMs: number | null;
  /** When tokens with an earlier, different lifetime have expired; null if there are none. */
  readonly tokensUntil: Date | null;
}

/** Storage of the signing keys, shared by all instances. */
export interface KeyStore {
  list(): Promise<StoredKey[]>;
  /** Stores the active key. Returns false and stores nothing if there already is one. */
  insertActive(key: StoredKey): Promise<boolean>;
  /**
   * Removes the keys whose retention ended at or before `now`, and unused keys of interrupted rotations; never the active
   * one.
   * @returns the ids of the removed keys
   */
  removeExpired(now: Date): Promise<string[]>;
}
