import { createHash, randomBytes } from 'node:crypto';
import type { SecretBox } from './secret-box.js';

/** 43 characters of base64url. The last one encodes four bits, so only 16 characters are possible there. */
const form = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** A new secret of 256 random bits as 43 characters of base64url (OWASP ASVS 5.0, 7.2.3 asks for 128). */
export const newOpaqueToken = (): string => randomBytes(32).toString('base64url');

/** What is stored and looked up in place of the token: SHA-256 of its text, 32 bytes. 256 random bits need no slow hash. */
export const hashOpaqueToken = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();

/**
 * The one token that follows this one: the same however often it is asked for, on any instance, and not to be computed
 * without the encryption key. So a refresh that is repeated within its grace gets the same answer, and none is stored.
 */
export const successorOf = (secretBox: SecretBox, token: string): string =>
  secretBox.hmac('refresh-token-successor', token).toString('base64url');

/** True for text that could be a token of this kind; anything else needs no look-up. */
export const looksLikeOpaqueToken = (text: string): boolean => form.test(text);
