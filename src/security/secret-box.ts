import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** An encrypted value that cannot be decrypted: another key, another context, changed bytes, or an unknown version. */
export class DecryptionError extends Error {
  override readonly name = 'SealError';

  constructor() {
    super('the sealed value does not open with this key and context');
  }
}

/**
 * Encrypts stored secrets with `auth.keys.encryptionKey`: AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D, 8.2.2).
 * Derives keys for other purposes with HKDF-SHA-256 (RFC 5869).
 *
 * An encrypted value is `version (1 byte) | nonce (12) | ciphertext | tag (16)`.
 */
export class SecretBox {
  readonly #root: Buffer;
  readonly #sealKey: Buffer;
  readonly #purposeKeys = new Map<string, Buffer>();

  /** @param hexKey 64 hex digits (256 bits); for anything else, throws a RangeError that does not contain the value */
  constructor(hexKey: string) {
    if (!/^[0-9a-f]{64}$/i.test(hexKey)) throw new RangeError('the encryption key must be 64 hex digits');
    this.#root = Buffer.from(hexKey, 'hex');
    this.#sealKey = this.#subkey('seal');
  }

  /**
   * Encrypts and authenticates.
   * @param context purpose and owner of the value; `open` requires the same one, so values cannot be swapped
   */
  seal(plain: Buffer, context: string): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#sealKey, nonce, { authTagLength: tagBytes });
    cipher.setAAD(additionalData(context));
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([Buffer.of(version), nonce, body, cipher.getAuthTag()]);
  }

  /** Decrypts the output of `seal` with the same key and context. @throws {DecryptionError} */
  open(sealed: Buffer, context: string): Buffer {
    if (sealed.length < 1 + nonceBytes + tagBytes || sealed[0] !== version) throw new DecryptionError();
    const nonce = sealed.subarray(1, 1 + nonceBytes);
    const decipher = createDecipheriv('aes-256-gcm', this.#sealKey, nonce, { authTagLength: tagBytes });
    decipher.setAAD(additionalData(context));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes, -tagBytes)), decipher.final()]);
    } catch {
      throw new DecryptionError();
    }
  }

  /**
   * HMAC-SHA-256 of the data with a key derived for the purpose; the same on every instance with this encryption key.
   * @param purpose a constant, never user input: the key of each purpose is cached
   */
  hmac(purpose: string, data: string): Buffer {
    const key = this.#purposeKeys.get(purpose) ?? this.#subkey(`derive:${purpose}`);
    this.#purposeKeys.set(purpose, key);
    return createHmac('sha256', key).update(data, 'utf8').digest();
  }

  #subkey(info: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#root, '', `rollcall:${info}`, 32));
  }
}

const additionalData = (context: string): Buffer => Buffer.concat([Buffer.of(version), Buffer.from(context, 'utf8')]);
