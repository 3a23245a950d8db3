import { createHmac } from 'node:crypto';
import bcrypt from 'bcrypt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashQueue } from '../../src/security/hash-queue.js';
import { pepperId, prehash } from '../../src/security/password-format.js';
import { PasswordHasher } from '../../src/security/password.js';
import type { PasswordHashSettings } from '../../src/security/settings.js';

const setUp = (pepper = 'a pepper', bcryptCost = 4) => {
  const settings: { current: { password: { bcryptCost: number; pepper: string; previousPeppers?: string[] } } } = {
    current: { password: { bcryptCost, pepper } },
  };
  const current = (): PasswordHashSettings => ({ password: { previousPeppers: [], ...settings.current.password } });
  const queue = new HashQueue({ settings: { current: { security: { hashConcurrency: 2, hashQueueLimit: 256 } } } });
  const stored = { highest: 0 };
  const made = new PasswordHasher({ queue, highestStoredCost: () => Promise.resolve(stored.highest) });
  const hasher: TestHasher = {
    hash: (password) => made.hash(password, current()),
    rehash: (password, hash) => made.rehash(password, hash, current()),
    verify: (password, hash) => made.verify(password, hash, current()),
    get calls() {
      return made.calls;
    },
    get work() {
      return made.work;
    },
  };
  return { settings, queue, hasher, stored };
};

/** A hasher that works with the settings of the test. */
interface TestHasher {
  hash(password: string): Promise<string>;
  rehash(password: string, hash: string): Promise<string>;
  verify(password: string, hash: string | null): Promise<{ matches: boolean; needsRehash: boolean }>;
  readonly calls: number;
  readonly work: number;
}

const miss = { matches: false, needsRehash: false };
const fresh = { matches: true, needsRehash: false };
const stale = { matches: true, needsRehash: true };

/** bcrypt operations that the work took. */
const callsOf = async (hasher: TestHasher, work: () => Promise<unknown>): Promise<number> => {
  const before = hasher.calls;
  await work();
  return hasher.calls - before;
};

/** Rounds of bcrypt that the work took: 2^cost for each operation. */
const workOf = async (hasher: TestHasher, work: () => Promise<unknown>): Promise<number> => {
  const before = hasher.work;
  await work();
  return hasher.work - before;
};

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

  it('gives bcrypt 64 characters without NUL, whatever the password', () => {
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
    expect(performance.now() - startedAt).toBeLessThan(2000);
    const longestAllowed = '\u1f82'.repeat(1024);
    expect(prehash('p', longestAllowed.normalize('NFD'))).toBe(prehash('p', longestAllowed));
  });
});

describe('imported bcrypt hashes', () => {
  // Test vectors of crypt_blowfish (Solar Designer), public domain.
  const vectors = [
    ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
    ['$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a', 'U*U*U'],
  ] as const;

  it.each(vectors)('verifies %s in its $2a$, $2b$ and $2y$ form, and asks for a new hash', async (hash, password) => {
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

describe('equal work', () => {
  it('takes one bcrypt operation at the configured cost, for any stored value', async () => {
    const { hasher, settings } = setUp('a pepper', 6);
    const own = await hasher.hash('right');
    const plain = await bcrypt.hash('right', 6);
    const unusable = [
      null,
      '',
      'x',
      '!',
      `${own}x`,
      own.replace('rc1', 'rc2'),
      plain.replace('$06$', '$20$'),
      own.replace('$06$', '$20$'),
      own.replace('$2b', '$2y'),
    ];
    const tooCheap = plain.replace('$06$', '$03$');
    for (const stored of [own, plain, ...unusable, tooCheap, plain.replace('$2b', '$2x'), 'a'.repeat(100_000)]) {
      for (const password of ['wrong', '', '\0', 'w'.repeat(1_000_000)]) {
        const calls = await callsOf(hasher, async () => expect(await hasher.verify(password, stored)).toEqual(miss));
        expect([stored?.slice(0, 80), password.slice(0, 10), calls]).toEqual([
          stored?.slice(0, 80),
          password.slice(0, 10),
          1,
        ]);
      }
    }
    expect(await callsOf(hasher, () => hasher.verify('right', own))).toBe(1);
    settings.current = { password: { bcryptCost: 4, pepper: 'a pepper' } };
    expect(await callsOf(hasher, () => hasher.verify('x', null))).toBe(1);
  });

  it('tops up a hash with a lower cost to the configured one: 2^4 + 2^4 + 2^5 + 2^6 = 2^7', async () => {
    const { hasher, settings } = setUp('a pepper', 4);
    const stored = await hasher.hash('right');
    settings.current = { password: { bcryptCost: 7, pepper: 'a pepper' } };
    for (const password of ['right', 'wrong']) {
      expect(await callsOf(hasher, () => hasher.verify(password, stored))).toBe(4);
    }
  });

  it('is that of the most expensive stored hash, for any configured cost and any account', async () => {
    const { hasher, settings, stored } = setUp('a pepper', 7);
    const expensive = await hasher.hash('right');
    const plain = { high: await bcrypt.hash('right', 7), low: await bcrypt.hash('right', 4) };
    settings.current = { password: { bcryptCost: 4, pepper: 'a pepper' } };
    const cheap = await hasher.hash('right');
    stored.highest = 7;
    for (const hash of [null, '!', '', cheap, expensive, plain.low, plain.high]) {
      for (const password of ['right', 'wrong', '']) {
        expect([hash, password, await workOf(hasher, () => hasher.verify(password, hash))]).toEqual([
          hash,
          password,
          2 ** 7,
        ]);
      }
    }
    settings.current = { password: { bcryptCost: 8, pepper: 'a pepper' } };
    expect(await workOf(hasher, () => hasher.verify('x', null))).toBe(2 ** 8);
  });

  it('really works when nothing usable is stored: as long as for a wrong password', async () => {
    const { hasher } = setUp('a pepper', 9);
    const own = await hasher.hash('right');
    const least = { own: Infinity, none: Infinity, unusable: Infinity };
    for (let n = 0; n < 12; n += 1) {
      for (const [kind, stored] of [
        ['none', null],
        ['own', own],
        ['unusable', '!'],
      ] as const) {
        const startedAt = performance.now();
        await hasher.verify('wrong', stored);
        least[kind] = Math.min(least[kind], performance.now() - startedAt);
      }
    }
    for (const kind of ['none', 'unusable'] as const) {
      expect(least[kind] / least.own).toBeGreaterThan(0.6);
      expect(least[kind] / least.own).toBeLessThan(1.6);
    }
  });

  it('goes through the queue', async () => {
    const { hasher, queue } = setUp('a pepper', 10);
    const pending = [hasher.hash('x'), hasher.verify('x', null), hasher.verify('x', null), hasher.hash('y')];
    // A verification first asks for the highest stored cost.
    await new Promise(setImmediate);
    expect([queue.running, queue.waiting]).toEqual([2, 2]);
    await Promise.all(pending);
    const settings = { password: { bcryptCost: 4, pepper: '', previousPeppers: [] } };
    const full = new PasswordHasher({ queue: { run: () => Promise.reject(new Error('full')) } });
    await expect(full.verify('x', null, settings)).rejects.toThrow('full');
    await expect(full.hash('x', settings)).rejects.toThrow('full');
    expect(full.calls).toBe(0);
  });
});
