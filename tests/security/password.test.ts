import { createHmac } from 'node:crypto';
import bcrypt from 'bcrypt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pepperId, prehash } from '../../src/security/password-format.js';
import { setUp, miss, fresh, stale, callsOf, workOf } from './password-fixture.js';

describe('stored form', () => {
  it('is tagged with the pepper and holds the pre-hash, not the password', async () => {
    const { hasher } = setUp();
    const stored = await hasher.hash('correct horse');
    expect(stored).toMatch(/^rc1\$[0-9a-f]{12}\$2b\$04\$[./A-Za-z0-9]{53}$/);
    const hmac = createHmac('sha384', 'a pepper').update('correct horse').digest('base64');
    expect(prehash('a pepper', 'correct horse')).toBe(hmac);
    const inner = stored.slice(stored.indexOf('$2b$'));
    expect(await bcrypt.compare(prehash('a pepper', 'correct horse'), inner)).toBe(true);
    expect(await bcrypt.compare('correct horse', inner)).toBe(false);
    expect(await hasher.hash('correct horse')).not.toBe(stored);
    expect(await setUp('').hasher.hash('x')).toMatch(/^rc1\$-\$2b\$04\$/);
  });

  it('passes 64 characters without NUL to bcrypt for any password', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (password) => {
        expect(prehash('p', password)).toMatch(/^[A-Za-z0-9+/]{64}$/);
      }),
    );
  });

  it('uses the configured cost, and an impossible cost is rejected', async () => {
    const { hasher, settings } = setUp();
    settings.current = { password: { bcryptCost: 5, pepper: '' } };
    expect(await hasher.hash('x')).toContain('$2b$05$');
    for (const bcryptCost of [3, 32, 4.5, Number.NaN]) {
      settings.current = { password: { bcryptCost, pepper: '' } };
      await expect(hasher.hash('x')).rejects.toThrow(RangeError);
      await expect(hasher.verify('x', null)).rejects.toThrow(RangeError);
    }
  });
});

describe('verification', () => {
  const anyPassword = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
    fc.constantFrom('\0', 'a\0b', ' '.repeat(80)),
  );

  it('matches the password itself and its NFC and NFD forms', async () => {
    const { hasher } = setUp();
    await fc.assert(
      fc.asyncProperty(anyPassword, async (password) => {
        const stored = await hasher.hash(password);
        expect(await hasher.verify(password, stored)).toEqual(fresh);
        expect(await hasher.verify(password.normalize('NFD'), stored)).toEqual(fresh);
        expect(await hasher.verify(password.normalize('NFC'), stored)).toEqual(fresh);
      }),
      { numRuns: 60 },
    );
    expect('\u00e9').not.toBe('e\u0301');
    expect(await hasher.verify('caf\u00e9', await hasher.hash('cafe\u0301'))).toEqual(fresh);
  });

  it('matches no other password', async () => {
    const { hasher } = setUp();
    await fc.assert(
      fc.asyncProperty(anyPassword, anyPassword, async (one, other) => {
        fc.pre(one.normalize('NFC') !== other.normalize('NFC'));
        expect(await hasher.verify(other, await hasher.hash(one))).toEqual(miss);
      }),
      { numRuns: 60 },
    );
  });

  it('reads every character: past 72 bytes, past a NUL, case and spaces', async () => {
    const { hasher } = setUp();
    const long = 'x'.repeat(72);
    for (const [one, other] of [
      [`${long}a`, `${long}b`],
      [long, `${long}a`],
      [`${'\u20ac'.repeat(24)}a`, `${'\u20ac'.repeat(24)}b`],
      ['a\0b', 'a\0c'],
      ['a\0', 'a'],
      ['Word', 'word'],
      [' word ', 'word'],
      [`${'y'.repeat(1_000_000)}a`, `${'y'.repeat(1_000_000)}b`],
    ] as const) {
      const stored = await hasher.hash(one);
      expect(await hasher.verify(one, stored)).toEqual(fresh);
      expect(await hasher.verify(other, stored)).toEqual(miss);
    }
  });

  it('does not normalise huge text, which would stop the process', () => {
    const marks = `a${'\u0301\u0316'.repeat(500_000)}`;
    const startedAt = performance.now();
    expect(prehash('p', marks)).toHaveLength(64);
    // Sorted, a million marks take minutes.
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    const longestAllowed = '\u1f82'.repeat(1024);
    expect(prehash('p', longestAllowed.normalize('NFD'))).toBe(prehash('p', longestAllowed));
  });
});
describe('hashes to be replaced', () => {
  it('are those of a lower cost', async () => {
    const { hasher, settings } = setUp();
    const stored = await hasher.hash('x');
    settings.current = { password: { bcryptCost: 5, pepper: 'a pepper' } };
    expect(await hasher.verify('x', stored)).toEqual(stale);
    expect(await hasher.verify('y', stored)).toEqual(miss);
    const dearer = await hasher.hash('x');
    settings.current = { password: { bcryptCost: 4, pepper: 'a pepper' } };
    expect(await hasher.verify('x', dearer)).toEqual(fresh);
    expect(await hasher.verify('x', stored)).toEqual(fresh);
  });

  it('are those without the pepper; those of another pepper match nothing', async () => {
    const stored = await setUp('').hasher.hash('x');
    expect(await setUp('').hasher.verify('x', stored)).toEqual(fresh);
    expect(await setUp('one').hasher.verify('x', stored)).toEqual(stale);
    const peppered = await setUp('one').hasher.hash('x');
    const { hasher } = setUp('two');
    expect(await callsOf(hasher, async () => expect(await hasher.verify('x', peppered)).toEqual(miss))).toBe(1);
    expect(await setUp('').hasher.verify('x', peppered)).toEqual(miss);
  });
});

describe('previous peppers', () => {
  it('verify, to be hashed again with the current one, for one comparison each', async () => {
    const { hasher, settings } = setUp('the oldest');
    const oldest = await hasher.hash('x');
    settings.current = { password: { bcryptCost: 4, pepper: 'the former' } };
    const former = await hasher.hash('x');
    settings.current = {
      password: { bcryptCost: 4, pepper: 'the current', previousPeppers: ['the former', 'the oldest'] },
    };
    const own = await hasher.hash('x');
    for (const [stored, expected] of [
      [oldest, stale],
      [former, stale],
      [own, fresh],
    ] as const) {
      expect(await callsOf(hasher, async () => expect(await hasher.verify('x', stored)).toEqual(expected))).toBe(1);
      expect(await callsOf(hasher, async () => expect(await hasher.verify('y', stored)).toEqual(miss))).toBe(1);
    }
    expect(await callsOf(hasher, () => hasher.verify('x', null))).toBe(1);
    expect(await hasher.verify('x', await hasher.rehash('x', oldest))).toEqual(fresh);
    settings.current = { password: { bcryptCost: 4, pepper: 'the current', previousPeppers: ['the former'] } };
    expect(await callsOf(hasher, async () => expect(await hasher.verify('x', oldest)).toEqual(miss))).toBe(1);
  });
});

describe('hashing again', () => {
  it('never lowers the cost, of tagged and of imported hashes', async () => {
    const { hasher, settings } = setUp('a pepper', 6);
    const tagged = await hasher.hash('x');
    const imported = (await bcrypt.hash('x', 6)).replace('$2b', '$2y');
    settings.current = { password: { bcryptCost: 4, pepper: 'a pepper' } };
    expect(await hasher.rehash('x', tagged)).toMatch(/^rc1\$[0-9a-f]{12}\$2b\$06\$/);
    expect(await hasher.verify('x', imported)).toEqual(stale);
    expect(await hasher.rehash('x', imported)).toMatch(/^rc1\$[0-9a-f]{12}\$2b\$06\$/);
    settings.current = { password: { bcryptCost: 7, pepper: 'a pepper' } };
    expect(await hasher.rehash('x', imported)).toContain('$2b$07$');
  });
});

describe('the empty password', () => {
  it('is never hashed', async () => {
    const { hasher } = setUp();
    await expect(hasher.hash('')).rejects.toThrow(RangeError);
    await expect(hasher.rehash('', await hasher.hash('x'))).rejects.toThrow(RangeError);
  });

  it('never matches, not even a hash of it that an earlier release has stored', async () => {
    const { hasher } = setUp();
    const plain = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy';
    expect(await bcrypt.compare('', plain)).toBe(true);
    const peppered = `rc1$${pepperId('a pepper')}${await bcrypt.hash(prehash('a pepper', ''), 4)}`;
    for (const stored of [plain, plain.replace('$2b', '$2a'), plain.replace('$2b', '$2y'), peppered]) {
      expect(await workOf(hasher, async () => expect(await hasher.verify('', stored)).toEqual(miss))).toBe(
        stored === peppered ? 16 : 32,
      );
    }
  });
});
