import { createHmac, randomBytes } from 'node:crypto';

/**
 * Longest password, in UTF-16 units, that is brought into NFC. A password of the 1,024 code points that the configuration
 * allows at most decomposes to no more than four times as many. Normalising longer text would be a way to stop the
 * process: sorting combining marks is quadratic, and 100 kB of them take two seconds.
 */
const longestNormalised = 4096;

/** Costs of stored hashes that are verified; a higher one would block a thread for many seconds. */
const usableCosts = { least: 4, most: 16 };

const bcryptAlphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const storedForm = /^(?:rc1\$(-|[0-9a-f]{12}))?(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53})$/;

/** A stored hash, understood: what bcrypt is to compare with, and what with. */
export interface StoredHash {
  /** The `$2b$` form. */
  readonly bcrypt: string;
  readonly cost: number;
  /** Names the pepper whose pre-hash bcrypt reads, see `pepperId`; null for imported hashes of the password itself. */
  readonly pepperId: string | null;
}

/** The name of a pepper in stored hashes: 48 bits of an HMAC under it, or `-` for none. It reveals nothing about the pepper. */
export const pepperId = (pepper: string): string =>
  pepper === '' ? '-' : createHmac('sha256', pepper).update('rollcall password pepper id').digest('hex').slice(0, 12);

/** A stored value that identifies the pepper: 32 bytes of an HMAC with it as the key. */
export const pepperCheck = (pepper: string): Buffer =>
  createHmac('sha256', pepper).update('rollcall password pepper check').digest();

/**
 * `base64(HMAC-SHA-384(pepper, NFC(password)))`: 64 ASCII characters, below the 72 bytes that bcrypt reads and without
 * NUL, at which some implementations stop, so that every character of a password of any length counts.
 * NIST SP 800-63B-4, section 3.1.1.2, requires Unicode normalisation.
 */
export const prehash = (pepper: string, password: string): string => {
  const text = password.length <= longestNormalised ? password.normalize('NFC') : password;
  return createHmac('sha384', pepper).update(text, 'utf8').digest('base64');
};

/** The tagged form in which new hashes are stored: `rc1$<pepper id>$2b$<cost>$<salt and digest>`. */
export const formatStoredHash = (pepper: string, bcryptHash: string): string => `rc1$${pepperId(pepper)}${bcryptHash}`;

/**
 * Reads a stored hash. Null when nothing can match it: unknown form, a cost out of range, or a password with a NUL against
 * an imported hash, since bcrypt repeats the password with a NUL between (`a` and `a NUL a` are one).
 */
export const parseStoredHash = (stored: string, password: string): StoredHash | null => {
  const [, id, hash = '', own] = storedForm.exec(stored) ?? [];
  const cost = Number(own);
  if (!(cost >= usableCosts.least && cost <= usableCosts.most)) return null;
  // `$2y$` (PHP) and `$2a$` are the same algorithm as `$2b$` for up to 72 bytes; the native code does not know `$2y$`,
  // and its `$2a$` counts the length of the password in one byte.
  const known = { bcrypt: hash.replace(/^\$2[ay]/, '$2b'), cost };
  if (id === undefined) return password.includes('\0') ? null : { ...known, pepperId: null };
  return { ...known, pepperId: id };
};

/** Salt and digest of a decoy: well-formed, random, and the hash of nothing. */
export const newDecoyTail = (): string =>
  Array.from(randomBytes(53), (byte) => bcryptAlphabet.charAt(byte & 63)).join('');

/** A bcrypt hash at this cost that no password matches: to compare with it is the same work as with a real one. */
export const decoyHash = (cost: number, tail: string): string => `$2b$${String(cost).padStart(2, '0')}$${tail}`;
