import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/cache/memory-store.js';
import { Metrics } from '../../src/observability/metrics.js';
import { FaultyStore, makeCache, makeSource } from './support.js';

describe('a failing store', () => {
  it('counts as a miss, is logged once, degrades the status, and recovers by itself', async () => {
    const store = new FaultyStore();
    const metrics = new Metrics();
    const { cache, lines } = makeCache({ openStore: () => store, metrics });
    await cache.wrap('user', 'k', makeSource('old').load);
    store.failing = new Set(['get', 'set']);
    for (let read = 0; read < 3; read += 1) {
      expect(await cache.wrap('user', 'k', makeSource('new').load)).toEqual({ value: 'new', hit: false });
    }
    expect(cache.status()).toBe('degraded');
    expect(lines.map(({ level }) => level)).toEqual(['warn']);
    expect(lines[0]?.fields).toMatchObject({ namespace: 'user', operation: 'get' });
    expect(await metrics.expose()).toContain(
      'rollcall_cache_store_failures_total{namespace="user",operation="get"} 3\n',
    );
    store.failing = new Set();
    expect((await cache.wrap('user', 'k', makeSource('newest').load)).hit).toBe(true);
    expect(cache.status()).toBe('healthy');
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('does not keep a loaded value from the reader', async () => {
    const store = new FaultyStore();
    store.failing = new Set(['set']);
    const { cache } = makeCache({ openStore: () => store });
    expect((await cache.wrap('user', 'k', makeSource('x').load)).value).toBe('x');
    expect(cache.status()).toBe('degraded');
    expect((await cache.wrap('user', 'k', makeSource('y').load)).value).toBe('y');
  });

  it('does not serve an entry that it could not delete, even after it works again', async () => {
    const store = new FaultyStore();
    const { cache, clock } = makeCache({ openStore: () => store });
    await cache.wrap('user', 'k', makeSource('old').load);
    store.failing = new Set(['delete']);
    await cache.delete('user', 'k');
    expect(cache.status()).toBe('degraded');
    store.failing = new Set();
    clock.advance(1);
    expect((await cache.wrap('user', 'k', makeSource('new').load)).value).toBe('new');
    expect((await cache.wrap('user', 'k', makeSource('x').load)).hit).toBe(true);
  });

  it('does not serve entries that it could not clear', async () => {
    const store = new FaultyStore();
    const { cache, clock } = makeCache({ openStore: () => store });
    await cache.wrap('user', 'k', makeSource('old').load);
    store.failing = new Set(['clear']);
    expect(await cache.flush()).toBe(0);
    store.failing = new Set();
    clock.advance(1);
    expect((await cache.wrap('user', 'k', makeSource('new').load)).value).toBe('new');
  });
});

describe('the memory store', () => {
  const entry = (size: number) => ({ value: { value: 'x', loadedAt: 0, expiresAt: 1, size } });

  it('is bounded by size, and evicts the least recently used entries', async () => {
    const store = new MemoryStore(10_000);
    for (let key = 0; key < 100; key += 1) {
      await store.set(`k${key}`, entry(700));
      await store.get('k0');
    }
    expect(await store.count()).toBeLessThanOrEqual(11);
    expect(await store.count()).toBeGreaterThan(5);
    expect(await store.get('k0')).toBeDefined();
    expect(await store.get('k1')).toBeUndefined();
  });

  it('does not keep an entry that would fill it alone', async () => {
    const store = new MemoryStore(10_000);
    await store.set('small', entry(100));
    await store.set('big', entry(10_000));
    expect([await store.get('big'), await store.count()]).toEqual([undefined, 1]);
  });

  it('stays within its size with large values', async () => {
    const opened: MemoryStore[] = [];
    const openStore = () => {
      const store = new MemoryStore(100_000);
      opened.push(store);
      return store;
    };
    const { cache } = makeCache({ openStore });
    const value = { metadata: { text: 'x'.repeat(16_000) } };
    for (let key = 0; key < 50; key += 1) await cache.wrap('user', `k${key}`, () => Promise.resolve(value));
    expect(await cache.flush()).toBe(3);
    expect(opened).toHaveLength(4);
  });
});
