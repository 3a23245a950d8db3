import { AccessTokens } from './access-token.js';
import type { KeyAlgorithm } from './key-material.js';
import { createKey, decryptKey, type KeyFactory } from './encrypted-key.js';
import type { AccessTokenSettings } from './settings.js';

/**
 * Tests an algorithm before it is used: creates and decrypts a key, signs a token and verifies it. Nothing is stored.
 * @throws an error when any of it fails
 */
export const probeAlgorithm = async (
  algorithm: KeyAlgorithm,
  { auth }: AccessTokenSettings,
  making: KeyFactory,
): Promise<void> => {
  const order = { algorithm, madeFor: algorithm, tokenTtlMs: auth.access.ttl, state: 'next' } as const;
  const { stored } = await createKey(order, making);
  const key = { kid: stored.id, algorithm, ...decryptKey(stored, making.secretBox) };
  const keys = { signingKey: () => key, find: (kid: string) => Promise.resolve(kid === key.kid ? key : undefined) };
  const tokens = new AccessTokens({ keys, clock: making.clock });
  const probe = { userId: 'probe', sessionId: 'probe', username: 'probe', roles: ['probe'] };
  await tokens.verify(tokens.sign(probe, auth).token, auth);
};
