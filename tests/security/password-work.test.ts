import bcrypt from 'bcrypt';
import { describe, expect, it, vi } from 'vitest';
import { PasswordHasher } from '../../src/security/password.js';
import { setUp, miss, callsOf, workOf } from './password-fixture.js';

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

  it('compares with a real hash of the configured cost if no usable hash is stored', async () => {
    const { hasher } = setUp('a pepper', 5);
    const compare = vi.spyOn(bcrypt, 'compare');
    for (const stored of [null, '!', '']) await hasher.verify('wrong', stored);
    const hashes = compare.mock.calls.map(([, hash]) => hash);
    expect(hashes).toHaveLength(3);
    // bcrypt returns immediately for anything else.
    for (const hash of hashes) expect(hash).toMatch(/^\$2b\$05\$[./A-Za-z0-9]{53}$/);
  });

  it('uses the queue', async () => {
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
