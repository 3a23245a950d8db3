import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { parseStoredHash } from '../../src/security/password-format.js';
import { setUp, miss, stale, callsOf } from './password-fixture.js';

describe('imported bcrypt hashes', () => {
  // Test vectors of crypt_blowfish (Solar Designer), public domain.
  const vectors = [
    ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
    ['$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a', 'U*U*U'],
  ] as const;

  it.each(vectors)('verifies %s in its $2a$, $2b$ and $2y$ form, and requires a new hash', async (hash, password) => {
    const { hasher } = setUp();
    for (const version of ['a', 'b', 'y']) {
      const stored = hash.replace('$2a', `$2${version}`);
      expect(await hasher.verify(password, stored)).toEqual(stale);
      expect(await hasher.verify(`${password}!`, stored)).toEqual(miss);
    }
  });

  it('reads 72 bytes, as bcrypt did when they were made', async () => {
    const stored = '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui';
    const start = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
    const { hasher } = setUp();
    expect(await hasher.verify(`${start}chars after 72 are ignored`, stored)).toEqual(stale);
    // 300 bytes overflow the length byte of the old `$2a$` code, which would read 45 of them.
    expect(await hasher.verify(`${start}${'z'.repeat(228)}`, stored)).toEqual(stale);
    expect(await hasher.verify(start.slice(0, 71), stored)).toEqual(miss);
    const euros = '\u20ac'.repeat(30);
    expect(await hasher.verify(euros, await bcrypt.hash(euros, 4))).toEqual(stale);
  });

  it('never match a password with NUL, which bcrypt would read as its own repetition', async () => {
    const { hasher } = setUp();
    const stored = await bcrypt.hash('abc', 4);
    expect(await bcrypt.compare('abc\0abc', stored)).toBe(true);
    expect(await callsOf(hasher, async () => expect(await hasher.verify('abc\0abc', stored)).toEqual(miss))).toBe(1);
    expect(await hasher.verify('abc\0', stored)).toEqual(miss);
  });

  it.each([
    ['03', null],
    ['04', 4],
    ['16', 16],
    // Such a hash would take minutes.
    ['17', null],
    ['31', null],
  ])('are used with a cost of %s: %s', (cost, expected) => {
    const stored = `$2b$${cost}$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui`;
    expect(parseStoredHash(stored, 'password')?.cost ?? null).toBe(expected);
  });
});
