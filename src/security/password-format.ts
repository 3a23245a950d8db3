import { createHmac, randomBytes } from 'node:crypto';

/**
 * Maximum length of a password that is normalized to NFC, in UTF-16 units. The configuration allows at most 1,024 code
 * points, and decomposition makes them at most four times as long. Longer input would allow denial of service: sorting
 * combining marks is quadratic, and 100 kB of them take two seconds.
 */
const maxNormalizedLength = 4096;

/** Costs of stored hashes that are verified; a higher one would block a thread for many seconds. */
const usableCosts = { least: 4, most: 16 };

const bcryptAlphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const storedForm = /^(?:rc1\$(-|[0-9a-f]{12}))?(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53})$/;

/** A parsed stored hash. */
export interface StoredHash {
  /** The hash in `$2b$` form. */
  readonly bcrypt: string;
  readonly cost: number;
  /** Identifies the pepper of the pre-hash, see `pepperId`; null for imported hashes of the password itself. */
  readonly pepperId: string | null;
}

/**
 * Identifies a pepper in stored hashes: 48 bits of an HMAC with the pepper as the key, or `-` for none. Reveals nothing
 * about the pepper.
 */
export const pepperId = (pepper: string): string =>
  pepper === '' ? '-' : createHmac('sha256', pepper).update('rollcall password pepper id').digest('hex').slice(0, 12);

/** A stored value that identifies the pepper: 32 bytes of an HMAC with the pepper as the key. */
export const pepperCheck = (pepper: string): Buffer =>
  createHmac('sha256', pepper).update('rollcall password pepper check').digest();

/**
 * `base64(HMAC-SHA-384(pepper, NFC(password)))`: 64 ASCII characters, so that every character of a password of any length
 * counts. bcrypt reads 72 bytes, and some implementations stop at a NUL. NIST SP 800-63B-4, section 3.1.1.2, requires
 * Unicode normalization.
 */
export const prehash = (pepper: string, password: string): string => {
  const text = password.length <= maxNormalizedLength ? password.normalize('NFC') : password;
  return createHmac('sha384', pepper).update(text, 'utf8').digest('base64');
};

/** The form in which new hashes are stored: `rc1$<pepper id>$2b$<cost>$<salt and digest>`. */
export const formatStoredHash = (pepper: string, bcryptHash: string): string => `rc1$${pepperId(pepper)}${bcryptHash}`;

/**
 * Parses a stored hash. Null if nothing can match it: an unknown form, a cost out of range, or an imported hash and a
 * password with a NUL, since bcrypt repeats the password separated by NUL (`a` and `a NUL a` have the same hash).
 */
export const parseStoredHash = (stored: string, password: string): StoredHash | null => {
  const [, id, hash = '', own] = storedForm.exec(stored) ?? [];
  const cost = Number(own);
  if (!(cost >= usableCosts.least && cost <= usableCosts.most)) return null;
  // `$2y$` (PHP) and `$2a$` are the same algorithm as `$2b$` for up to 72 bytes. The native code does not support `$2y$`,
  // and with `$2a$` it stores the length of the password in one byte.
  const known = { bcrypt: hash.replace(/^\$2[ay]/, '$2b'), cost };
  if (id === undefined) return password.includes('\0') ? null : { ...known, pepperId: null };
  return { ...known, pepperId: id };
};

/** Salt and digest of a decoy: well-formed and random, but not the hash of any password. */
export const newDecoyTail = (): string =>
  Array.from(randomBytes(53), (byte) => bcryptAlphabet.charAt(byte & 63)).join('');

/** A bcrypt hash that no password matches. Comparing with it takes as long as with a real hash of this cost. */
export const decoyHash = (cost: number, tail: string): string => `$2b$${String(cost).padStart(2, '0')}$${tail}`;
