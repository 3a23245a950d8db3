import type { Clock } from '../clock.js';
import { DecryptionError, type SecretBox } from './secret-box.js';
import {
  generateSecret,
  importSecret,
  encryptionContext,
  type KeyAlgorithm,
  type KeyMaterial,
} from './key-material.js';
import type { KeyState, StoredKey } from './key-store.js';

/** The keys cannot be used. The message says how to fix it, and contains no secret. */
export class KeyRingError extends Error {
  override readonly name = 'KeyRingError';
}

/** Options for creating a key. */
export interface NewKeyOptions {
  readonly algorithm: KeyAlgorithm;
  /** The configured algorithm. */
  readonly madeFor: KeyAlgorithm;
  /** Lifetime of the tokens that the key will sign, in milliseconds. */
  readonly tokenTtlMs: number;
  readonly state: KeyState;
}

/** Dependencies for creating and decrypting keys. */
export interface KeyFactory {
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  /** Generates a key id: a UUID. */
  readonly newId: () => string;
}

/** Creates a key in two forms: for storage, with an encrypted secret, and ready for use. */
export const createKey = async (
  { algorithm, madeFor, tokenTtlMs, state }: NewKeyOptions,
  { secretBox, clock, newId }: KeyFactory,
): Promise<{ stored: StoredKey; material: KeyMaterial }> => {
  const secret = await generateSecret(algorithm);
  const material = importSecret(algorithm, secret);
  const id = newId();
  const stored: StoredKey = {
    id,
    algorithm,
    state,
    encryptedSecret: secretBox.seal(secret, encryptionContext(id, algorithm)),
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
 * Decrypts a stored key.
 * @throws {KeyRingError} if it was encrypted with another encryption key, or is damaged
 */
export const decryptKey = (stored: StoredKey, secretBox: SecretBox): KeyMaterial => {
  try {
    const secret = secretBox.open(stored.encryptedSecret, encryptionContext(stored.id, stored.algorithm));
    return importSecret(stored.algorithm, secret);
  } catch (error) {
    throw new KeyRingError(
      error instanceof DecryptionError
        ? 'the signing keys were encrypted with a different auth.keys.encryptionKey'
        : `the signing key ${stored.id} is damaged`,
    );
  }
};
