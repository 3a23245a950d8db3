import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SealError, Vault } from '../../src/security/encryption.js';
import { hashOpaqueToken, looksLikeOpaqueToken, newOpaqueToken, successorOf } from '../../src/security/opaque-token.js';
import { hexKey, otherHexKey } from './support.js';

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const vault = new Vault(hexKey);

describe('vault', () => {
  it('opens what it sealed, under the same context', () => {
    fc.assert(
      fc.property(bytes, fc.string(), (plain, context) => {
        expect(new Vault(hexKey.toUpperCase()).open(vault.seal(plain, context), context)).toEqual(plain);
      }),
    );
  });

  it('opens nothing under another key or context', () => {
    fc.assert(
      fc.property(bytes, fc.string(), fc.string(), (plain, context, other) => {
        fc.pre(context !== other);
        const sealed = vault.seal(plain, context);
        expect(() => vault.open(sealed, other)).toThrow(SealError);
        expect(() => new Vault(otherHexKey).open(sealed, context)).toThrow(SealError);
      }),
    );
  });

  it('opens nothing that was changed, cut or lengthened', () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (plain, position, flip) => {
        const sealed = vault.seal(plain, 'x');
        const changed = Buffer.from(sealed);
        const at = position % sealed.length;
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(() => vault.open(changed, 'x')).toThrow(SealError);
        expect(() => vault.open(sealed.subarray(0, at), 'x')).toThrow(SealError);
        expect(() => vault.open(Buffer.concat([sealed, Buffer.of(flip)]), 'x')).toThrow(SealError);
      }),
    );
  });

  it('has a version byte, a fresh nonce, and shows nothing of what it holds', () => {
    const plain = Buffer.from('a secret that is long enough to be found');
    const one = vault.seal(plain, 'x');
    const two = vault.seal(plain, 'x');
    expect(one[0]).toBe(1);
    expect(one.subarray(1, 13)).not.toEqual(two.subarray(1, 13));
    expect(one.length).toBe(1 + 12 + plain.length + 16);
    expect(one.includes('secret')).toBe(false);
  });

  it('takes nothing but 64 hex digits, and does not repeat them', () => {
    for (const wrong of [
      '',
      hexKey.slice(1),
      `${hexKey}0`,
      `${hexKey.slice(1)}g`,
      ` ${hexKey.slice(1)}`,
      `${hexKey}\n`,
    ]) {
      expect(() => new Vault(wrong)).toThrow(RangeError);
    }
    expect(() => new Vault('deadbeef')).not.toThrow(/deadbeef/);
  });

  it('derives 32 bytes that depend on the key, the purpose and the data, and on nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (purpose, data, other) => {
        fc.pre(Buffer.from(data).compare(Buffer.from(other)) !== 0);
        const derived = vault.derive(purpose, data);
        expect(derived).toHaveLength(32);
        expect(new Vault(hexKey).derive(purpose, data)).toEqual(derived);
        expect(vault.derive(purpose, other)).not.toEqual(derived);
        expect(vault.derive(`${purpose}x`, data)).not.toEqual(derived);
        expect(new Vault(otherHexKey).derive(purpose, data)).not.toEqual(derived);
      }),
    );
  });
});

describe('opaque tokens', () => {
  it('are 256 random bits in base64url, known by their SHA-256', () => {
    const tokens = Array.from({ length: 1000 }, newOpaqueToken);
    expect(new Set(tokens).size).toBe(1000);
    for (const token of tokens) expect([token, looksLikeOpaqueToken(token)]).toEqual([token, true]);
    expect(hashOpaqueToken('abc').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('are told from everything else', () => {
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

  it('have one successor each, not to be computed without the key', () => {
    const token = newOpaqueToken();
    const next = successorOf(vault, token);
    expect(looksLikeOpaqueToken(next)).toBe(true);
    expect(successorOf(new Vault(hexKey), token)).toBe(next);
    expect(successorOf(new Vault(otherHexKey), token)).not.toBe(next);
    expect(new Set([token, next, successorOf(vault, next), successorOf(vault, newOpaqueToken())]).size).toBe(4);
    expect(next).not.toBe(hashOpaqueToken(token).toString('base64url'));
  });
});
