import type { Clock } from '../clock.js';
import { SealError, type Vault } from './encryption.js';
import { newSecret, readSecret, sealContext, type KeyAlgorithm, type KeyMaterial } from './key-material.js';
import type { KeyState, StoredKey } from './key-store.js';

/** The keys cannot be used; the message says what to do, and holds no secret. */
export class KeyRingError extends Error {
  override readonly name = 'KeyRingError';
}

/** What key is wanted. */
export interface KeyOrder {
  readonly algorithm: KeyAlgorithm;
  /** The algorithm of the configuration. */
  readonly madeFor: KeyAlgorithm;
  /** Lifetime of the tokens that it will sign, in milliseconds. */
  readonly tokenTtlMs: number;
  readonly state: KeyState;
}

/** What a key is made with. */
export interface KeyMaking {
  readonly vault: Vault;
  readonly clock: Clock;
  /** Makes the id: a UUID. */
  readonly newId: () => string;
}

/** A new key: as it is stored, its secret sealed, and ready for use. */
export const makeKey = async (
  { algorithm, madeFor, tokenTtlMs, state }: KeyOrder,
  { vault, clock, newId }: KeyMaking,
): Promise<{ stored: StoredKey; material: KeyMaterial }> => {
  const secret = await newSecret(algorithm);
  const material = readSecret(algorithm, secret);
  const id = newId();
  const stored: StoredKey = {
    id,
    algorithm,
    state,
    encryptedSecret: vault.seal(secret, sealContext(id, algorithm)),
    publicJwk: material.publicJwk,
    createdAt: clock.now(),
    expiresAt: null,
    madeFor,
    tokenTtlMs,
    tokensUntil: null,
  };
  secret.fill(0);
  return { stored, material };
};

/**
 * Opens a stored key.
 * @throws {KeyRingError} when it was sealed under another encryption key, or is damaged
 */
export const openKey = (stored: StoredKey, vault: Vault): KeyMaterial => {
  try {
    const secret = vault.open(stored.encryptedSecret, sealContext(stored.id, stored.algorithm));
    return readSecret(stored.algorithm, secret);
  } catch (error) {
    throw new KeyRingError(
      error instanceof SealError
        ? 'the signing keys were encrypted with a different auth.keys.encryptionKey'
        : `the signing key ${stored.id} is damaged`,
    );
  }
};
