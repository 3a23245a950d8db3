import type { KeyAlgorithm } from './key-material.js';

/** `active` signs; `retiring` has signed and verifies until it expires; `next` is published before it signs. */
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
   * The algorithm that the configuration named when the key was made: a key of another algorithm, made on request, is not
   * replaced until the configuration changes. Null for keys of an older release.
   */
  readonly madeFor: KeyAlgorithm | null;
  /** Lifetime of the tokens that it signs, in milliseconds; null for keys of an older release. */
  readonly tokenTtlMs: number | null;
  /** Until when tokens may live that it signed while the lifetime was another; null when there are none. */
  readonly tokensUntil: Date | null;
}

/** Where the keys live, shared by all instances. */
export interface KeyStore {
  list(): Promise<StoredKey[]>;
  /** Stores the active key; false, and nothing stored, when there is one already. */
  insertActive(key: StoredKey): Promise<boolean>;
  /**
   * Removes the keys whose retention ended at or before `now`, and keys that an abandoned rotation left before they became
   * active; never the active one.
   * @returns the ids of the removed keys
   */
  removeExpired(now: Date): Promise<string[]>;
}
