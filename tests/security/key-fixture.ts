import { randomUUID } from 'node:crypto';
import type { SecretBox } from '../../src/security/secret-box.js';
import { generateSecret, encryptionContext } from '../../src/security/key-material.js';
import type { KeyAlgorithm, KeyState, StoredKey } from '../../src/security/key-ring.js';

export const keyAlgorithms = ['HS256', 'ES256', 'RS256'] as const;

/** A key as another instance would store it. */
export const storedKey = async (
  secretBox: SecretBox,
  state: KeyState,
  expiresAt: Date | null,
  algorithm: KeyAlgorithm = 'HS256',
): Promise<StoredKey> => {
  const id = randomUUID();
  const encryptedSecret = secretBox.seal(await generateSecret(algorithm), encryptionContext(id, algorithm));
  const limits = { madeFor: algorithm, tokenTtlMs: 900_000, tokensUntil: null };
  return { id, algorithm, state, encryptedSecret, publicJwk: null, createdAt: new Date(0), expiresAt, ...limits };
};
