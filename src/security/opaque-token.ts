import { createHash, randomBytes } from 'node:crypto';
import type { SecretBox } from './secret-box.js';

/** 43 characters of base64url. The last one encodes four bits, so it has only 16 possible values. */
const form = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** Creates a secret of 256 random bits as 43 characters of base64url (OWASP ASVS 5.0, 7.2.3 requires 128). */
export const newOpaqueToken = (): string => randomBytes(32).toString('base64url');

/** The SHA-256 of a token, which is stored in its place. 256 random bits need no slow hash. */
export const hashOpaqueToken = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();

/**
 * Derives the successor of a refresh token with the encryption key: always the same one, on every instance. So a refresh
 * that is retried within its grace period gets the same response, without storing the token.
 */
export const successorOf = (secretBox: SecretBox, token: string): string =>
  secretBox.hmac('refresh-token-successor', token).toString('base64url');

/** Whether a text has the form of a token; other texts need no lookup. */
export const looksLikeOpaqueToken = (text: string): boolean => form.test(text);
