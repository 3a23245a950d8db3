import { z } from 'zod';
import { Timestamp } from './user.js';

/** Algorithms that can sign access tokens (RFC 7518, 3.1). */
export const KeyAlgorithm = z.enum(['HS256', 'ES256', 'RS256']);

/** A signing key without its secret. */
export const SigningKey = z
  .strictObject({
    kid: z.string(),
    algorithm: KeyAlgorithm,
    state: z.enum(['active', 'retiring', 'next']).meta({
      description:
        '`active`: signs new tokens. `retiring`: verifies tokens until it expires. `next`: is published before it signs.',
    }),
    created_at: Timestamp,
    expires_at: Timestamp.nullable(),
    fingerprint: z
      .string()
      .nullable()
      .meta({ description: 'Identifies the key without revealing it; null if the key cannot be decrypted.' }),
  })
  .meta({ id: 'SigningKey' });

/** A signing key in the list. */
const ListedSigningKey = SigningKey.extend({
  live_sessions: z.int().nonnegative().meta({
    description:
      'Number of sessions with a valid access token of this key: their next request fails with 401 if the key is deleted, until they refresh.',
  }),
}).meta({ id: 'ListedSigningKey' });

/** The response of GET /api/v1/admin/jwt/secrets. */
export const SigningKeyList = z.strictObject({ data: z.array(ListedSigningKey) }).meta({ id: 'SigningKeyList' });

/** The body of POST /api/v1/admin/jwt/secrets/rotate. */
export const RotateKeys = z
  .strictObject({
    algorithm: KeyAlgorithm.optional().meta({ description: 'Default: the setting `auth.keys.algorithm`.' }),
  })
  .meta({ id: 'RotateKeys' });

/** The path of one key. An unknown id is not found rather than invalid. */
export const SigningKeyPath = z.strictObject({
  kid: z
    .string()
    .meta({ description: 'Id of the key: the `kid` header of its tokens.', param: { id: 'SigningKeyId' } }),
});

export type KeyAlgorithm = z.infer<typeof KeyAlgorithm>;
export type SigningKey = z.infer<typeof SigningKey>;
export type RotateKeys = z.infer<typeof RotateKeys>;
export type SigningKeyPath = z.infer<typeof SigningKeyPath>;
