import { RateLimiterRes, RateLimiterUnion } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import { MemoryLimiter } from '../../src/limits/memory-limiter.js';
import { evaluate } from '../../src/limits/usage.js';
import { UsageMap } from '../../src/limits/usage-map.js';

const clock = { monotonicMs: () => 0 };
const rule = { ceiling: 2, windowMs: 1_000, blockMs: 0, growing: false };

describe('MemoryLimiter', () => {
  it('stores at most as many keys as its capacity', async () => {
    const limiter = new MemoryLimiter({ clock, keyPrefix: 'test', capacity: 10 });
    for (let key = 0; key < 200; key += 1) {
      await limiter.consume(`once-${key}`, 1, { rule: { ...rule, ceiling: 10 } });
      await limiter.consume(`near-${key}`, 1, { rule });
    }
    expect(limiter.size).toBe(10);
  });

  it('leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const limiter = new MemoryLimiter({ clock, keyPrefix: 'test' });
    await limiter.consume('a', 1, { rule: { ...rule, windowMs: 30 * 24 * 3_600_000 } });
    expect(timers()).toBe(before);
  });

  it('rejects calls without a rule, and calls that would bypass it', async () => {
    const limiter = new MemoryLimiter({ clock, keyPrefix: 'test' });
    await expect(limiter.consume('a')).rejects.toThrow('only calls with a rule');
    await expect(limiter.get('a')).rejects.toThrow('only calls with a rule');
    expect(() => limiter.penalty('a')).toThrow('implement');
    expect(() => limiter.reward('a')).toThrow('implement');
    expect(() => limiter.block('a', 1)).toThrow('implement');
    expect(() => limiter.set('a', 1, 1)).toThrow('implement');
    expect(limiter.size).toBe(0);
  });

  it('returns the state of a key without counting, and null for an unused one', async () => {
    const limiter = new MemoryLimiter({ clock, keyPrefix: 'test' });
    expect(await limiter.get('a', { rule })).toBeNull();
    await limiter.consume('a', 1, { rule });
    expect(await limiter.get('a', { rule })).toMatchObject({ consumedPoints: 1, remainingPoints: 1 });
    expect(await limiter.get('a', { rule })).toMatchObject({ consumedPoints: 1, remainingPoints: 1 });
  });

  it('works as a member of a RateLimiterUnion', async () => {
    const limiter = new MemoryLimiter({ clock, keyPrefix: 'test' });
    for (let attempt = 0; attempt < 2; attempt += 1) await limiter.consume('a', 1, { rule });
    await expect(limiter.consume('a', 1, { rule })).rejects.toBeInstanceOf(RateLimiterRes);
    expect(() => new RateLimiterUnion(limiter)).not.toThrow();
  });
});

describe('evaluate', () => {
  it('keeps no growth for a block of fixed length, which would hold the key in memory for a day', () => {
    const fixed = { ...rule, ceiling: 0, blockMs: 1_000 };
    expect(evaluate(undefined, fixed, 0).usage).toMatchObject({ blockEnds: 1_000, blocks: 0, growthEnds: 0 });
    expect(evaluate(undefined, { ...fixed, growing: true }, 0).usage).toMatchObject({ blockEnds: 1_000, blocks: 1 });
  });
});

describe('UsageMap', () => {
  const usage = (used: number) => ({
    ...{ used, windowBegan: 0, windowEnds: 1 },
    ...{ blockBegan: 0, blockEnds: 0, blocks: 0, growthEnds: 0 },
  });

  it('keeps a key in one list only as its use changes', () => {
    const map = new UsageMap(10);
    map.set('a', usage(1), 10);
    map.set('a', usage(9), 10);
    expect([map.size, map.get('a')?.used]).toEqual([1, 9]);
    map.set('a', usage(1), 10);
    expect([map.size, map.get('a')?.used]).toEqual([1, 1]);
    expect(map.delete('a')).toBe(true);
    expect(map.delete('a')).toBe(false);
    expect(map.get('a')).toBeUndefined();
  });

  it('evicts the least recently set keys first', () => {
    const map = new UsageMap(4);
    map.set('old', usage(1), 10);
    map.set('kept', usage(1), 10);
    map.set('old', usage(2), 10);
    map.set('new', usage(1), 10);
    expect([map.get('kept'), map.get('old')?.used, map.get('new')?.used]).toEqual([undefined, 2, 1]);
  });
});
