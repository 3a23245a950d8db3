import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { SecretBox } from './secret-box.js';

/** Algorithms that may sign access tokens (RFC 7518, section 3.1). */
export const keyAlgorithms = ['HS256', 'ES256', 'RS256'] as const;

/** One of the algorithms above. */
export type KeyAlgorithm = (typeof keyAlgorithms)[number];

/** A signing key that is ready for use. With HS256, both keys are the same secret, and there is no public form. */
export interface KeyMaterial {
  readonly privateKey: KeyObject;
  readonly verifyKey: KeyObject;
  /** The public key as a JWK (RFC 7517), without `kid`, `alg` and `use`. */
  readonly publicJwk: Readonly<Record<string, unknown>> | null;
}

/** HS256 secrets are as long as the hash (RFC 7518, section 3.2). */
const secretBytes = 32;
const rsaBits = 2048;
const makeKeyPair = promisify(generateKeyPair);

/** A new random secret: the bytes for HS256, PKCS #8 in DER for the others. */
export const generateSecret = async (algorithm: KeyAlgorithm): Promise<Buffer> => {
  if (algorithm === 'HS256') return randomBytes(secretBytes);
  const { privateKey } =
    algorithm === 'ES256'
      ? await makeKeyPair('ec', { namedCurve: 'P-256' })
      : await makeKeyPair('rsa', { modulusLength: rsaBits });
  return privateKey.export({ type: 'pkcs8', format: 'der' });
};

/** Creates keys from a secret. @throws {RangeError} if it is too weak or not a key for the algorithm */
export const importSecret = (algorithm: KeyAlgorithm, secret: Buffer): KeyMaterial => {
  if (algorithm === 'HS256') {
    if (secret.length < secretBytes) throw new RangeError('an HS256 secret needs 32 bytes');
    const key = createSecretKey(secret);
    return { privateKey: key, verifyKey: key, publicJwk: null };
  }
  const privateKey = createPrivateKey({ key: secret, type: 'pkcs8', format: 'der' });
  const { namedCurve, modulusLength = 0 } = privateKey.asymmetricKeyDetails ?? {};
  const fits =
    algorithm === 'ES256'
      ? namedCurve === 'prime256v1'
      : privateKey.asymmetricKeyType === 'rsa' && modulusLength >= rsaBits;
  if (!fits) throw new RangeError(`the key does not fit ${algorithm}`);
  // Derived from the private key, not from a stored copy: write access to the table must not be enough to change what verifies.
  const verifyKey = createPublicKey(privateKey);
  return { privateKey, verifyKey, publicJwk: { ...verifyKey.export({ format: 'jwk' }) } };
};

/** The encryption context of a signing key, so that secrets cannot be swapped between rows or algorithms. */
export const encryptionContext = (kid: string, algorithm: KeyAlgorithm): string => `signing-key:${algorithm}:${kid}`;

/**
 * Identifies a key without revealing its secret, in 32 hex digits: the start of the JWK thumbprint (RFC 7638)
 * for public keys, of an HMAC under the encryption key for secrets.
 */
export const fingerprintOf = (material: KeyMaterial, secretBox: SecretBox): string => {
  const { publicJwk, privateKey } = material;
  if (publicJwk === null) {
    return secretBox.hmac('key-fingerprint', privateKey.export().toString('base64')).toString('hex').slice(0, 32);
  }
  const members = publicJwk['kty'] === 'EC' ? ['crv', 'kty', 'x', 'y'] : ['e', 'kty', 'n'];
  const canonical = JSON.stringify(Object.fromEntries(members.map((name) => [name, publicJwk[name]])));
  return createHash('sha256').update(canonical).digest('hex').slice(0, 32);
};
