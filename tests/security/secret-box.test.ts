import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecryptionError, SecretBox } from '../../src/security/secret-box.js';
import { hashOpaqueToken, looksLikeOpaqueToken, newOpaqueToken, successorOf } from '../../src/security/opaque-token.js';
import { hexKey, otherHexKey } from './support.js';

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const secretBox = new SecretBox(hexKey);

describe('secretBox', () => {
  it('decrypts what it encrypted with the same context', () => {
    fc.assert(
      fc.property(bytes, fc.string(), (plain, context) => {
        expect(new SecretBox(hexKey.toUpperCase()).open(secretBox.seal(plain, context), context)).toEqual(plain);
      }),
    );
  });

  it('does not decrypt with another key or context', () => {
    fc.assert(
      fc.property(bytes, fc.string(), fc.string(), (plain, context, other) => {
        fc.pre(context !== other);
        const sealed = secretBox.seal(plain, context);
        expect(() => secretBox.open(sealed, other)).toThrow(DecryptionError);
        expect(() => new SecretBox(otherHexKey).open(sealed, context)).toThrow(DecryptionError);
      }),
    );
  });

  it('does not decrypt a value that was changed, shortened or lengthened', () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (plain, position, flip) => {
        const sealed = secretBox.seal(plain, 'x');
        const changed = Buffer.from(sealed);
        const at = position % sealed.length;
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(() => secretBox.open(changed, 'x')).toThrow(DecryptionError);
        expect(() => secretBox.open(sealed.subarray(0, at), 'x')).toThrow(DecryptionError);
        expect(() => secretBox.open(Buffer.concat([sealed, Buffer.of(flip)]), 'x')).toThrow(DecryptionError);
      }),
    );
  });

  it('has a version byte and a fresh nonce, and reveals nothing of its content', () => {
    const plain = Buffer.from('a secret that is long enough to be found');
    const one = secretBox.seal(plain, 'x');
    const two = secretBox.seal(plain, 'x');
    expect(one[0]).toBe(1);
    expect(one.subarray(1, 13)).not.toEqual(two.subarray(1, 13));
    expect(one.length).toBe(1 + 12 + plain.length + 16);
    expect(one.includes('secret')).toBe(false);
  });

  it('accepts only 64 hex digits, and does not repeat them in the error', () => {
    for (const wrong of [
      '',
      hexKey.slice(1),
      `${hexKey}0`,
      `${hexKey.slice(1)}g`,
      ` ${hexKey.slice(1)}`,
      `${hexKey}\n`,
    ]) {
      expect(() => new SecretBox(wrong)).toThrow(RangeError);
    }
    expect(() => new SecretBox('deadbeef')).not.toThrow(/deadbeef/);
  });

  it('derives 32 bytes that depend on the key, the purpose and the data, and on nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (purpose, data, other) => {
        fc.pre(Buffer.from(data).compare(Buffer.from(other)) !== 0);
        const derived = secretBox.hmac(purpose, data);
        expect(derived).toHaveLength(32);
        expect(new SecretBox(hexKey).hmac(purpose, data)).toEqual(derived);
        expect(secretBox.hmac(purpose, other)).not.toEqual(derived);
        expect(secretBox.hmac(`${purpose}x`, data)).not.toEqual(derived);
        expect(new SecretBox(otherHexKey).hmac(purpose, data)).not.toEqual(derived);
      }),
    );
  });
});

describe('opaque tokens', () => {
  it('are 256 random bits in base64url, identified by their SHA-256', () => {
    const tokens = Array.from({ length: 1000 }, newOpaqueToken);
    expect(new Set(tokens).size).toBe(1000);
    for (const token of tokens) expect([token, looksLikeOpaqueToken(token)]).toEqual([token, true]);
    expect(hashOpaqueToken('abc').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('are distinguished from all other values', () => {
    const token = newOpaqueToken();
    const others = ['', 'x', token.slice(1), `${token}A`, `${token}\n`, `${token.slice(0, 42)}B`, `+${token.slice(1)}`];
    for (const other of [...others, 'a'.repeat(1_000_000)]) expect(looksLikeOpaqueToken(other)).toBe(false);
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(text.length !== 43);
        expect(looksLikeOpaqueToken(text)).toBe(false);
      }),
    );
  });

  it('have one successor each, which cannot be computed without the key', () => {
    const token = newOpaqueToken();
    const next = successorOf(secretBox, token);
    expect(looksLikeOpaqueToken(next)).toBe(true);
    expect(successorOf(new SecretBox(hexKey), token)).toBe(next);
    expect(successorOf(new SecretBox(otherHexKey), token)).not.toBe(next);
    expect(new Set([token, next, successorOf(secretBox, next), successorOf(secretBox, newOpaqueToken())]).size).toBe(4);
    expect(next).not.toBe(hashOpaqueToken(token).toString('base64url'));
  });
});
