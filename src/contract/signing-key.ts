import { z } from 'zod';
import { Timestamp } from './user.js';

/** Algorithms that may sign access tokens (RFC 7518, section 3.1). */
export const KeyAlgorithm = z.enum(['HS256', 'ES256', 'RS256']);

/** A signing key as operators see it: never the secret. */
export const SigningKey = z
  .strictObject({
    kid: z.string(),
    algorithm: KeyAlgorithm,
    state: z.enum(['active', 'retiring', 'next']).meta({
      description:
        'active signs; retiring has signed and verifies until it expires; next is published before it signs.',
    }),
    created_at: Timestamp,
    expires_at: Timestamp.nullable(),
    fingerprint: z
      .string()
      .nullable()
      .meta({ description: 'Tells keys apart and nothing of the secret; null for a key that cannot be opened.' }),
  })
  .meta({ id: 'SigningKey' });

/** The answer of GET /api/v1/admin/jwt/secrets. */
export const SigningKeyList = z.strictObject({ data: z.array(SigningKey) }).meta({ id: 'SigningKeyList' });

/** The body of POST /api/v1/admin/jwt/secrets/rotate; without an algorithm, it is that of `auth.keys.algorithm`. */
export const RotateKeys = z.strictObject({ algorithm: KeyAlgorithm.optional() }).meta({ id: 'RotateKeys' });

/** The path of one key; anything that is no key is simply not found. */
export const SigningKeyPath = z.strictObject({ kid: z.string() });

export type KeyAlgorithm = z.infer<typeof KeyAlgorithm>;
export type SigningKey = z.infer<typeof SigningKey>;
export type RotateKeys = z.infer<typeof RotateKeys>;
export type SigningKeyPath = z.infer<typeof SigningKeyPath>;
