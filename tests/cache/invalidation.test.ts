import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FaultyStore, makeCache, makeGate, makeSource, settle } from './support.js';

describe('delete', () => {
  it('drops only the given entry', async () => {
    const { cache } = makeCache();
    await cache.wrap('user', 'a', makeSource('old').load);
    await cache.wrap('user', 'b', makeSource('old').load);
    await cache.delete('user', 'a');
    await cache.delete('user', 'never stored');
    expect(await cache.wrap('user', 'a', makeSource('new').load)).toEqual({ value: 'new', hit: false });
    expect(await cache.wrap('user', 'b', makeSource('new').load)).toEqual({ value: 'old', hit: true });
  });

  it('prevents a load in progress from storing its old value', async () => {
    const { cache } = makeCache();
    const gate = makeGate<string>();
    const early = cache.wrap('user', 'a', () => gate.passed);
    await settle();
    await cache.delete('user', 'a');
    gate.open('old');
    expect((await early).value).toBe('old');
    expect(await cache.wrap('user', 'a', makeSource('new').load)).toEqual({ value: 'new', hit: false });
  });

  it('does not let a later read share a load that began before it', async () => {
    const { cache } = makeCache();
    const gate = makeGate<string>();
    const early = cache.wrap('user', 'a', () => gate.passed);
    await settle();
    await cache.delete('user', 'a');
    const late = cache.wrap('user', 'a', makeSource('new').load);
    expect((await late).value).toBe('new');
    gate.open('old');
    await early;
    expect(await cache.wrap('user', 'a', makeSource('x').load)).toEqual({ value: 'new', hit: true });
  });

  it('waits for a write that has begun, and drops what it wrote; a second one waits as well', async () => {
    const store = new FaultyStore();
    const { cache } = makeCache({ openStore: () => store });
    const gate = makeGate();
    store.gates.set('set', gate.passed);
    const early = cache.wrap('user', 'a', makeSource('old').load);
    await settle();
    expect(store.calls).toContain('set');
    const deletions = [cache.delete('user', 'a'), cache.delete('user', 'a')];
    let deleted = 0;
    for (const deletion of deletions) void deletion.then(() => (deleted += 1));
    await settle();
    expect(deleted).toBe(0);
    gate.open();
    await Promise.all([early, deletions[1]]);
    expect(await store.inner.count()).toBe(0);
    await deletions[0];
  });

  it('does not let a read share a load that found the old entry during the deletion', async () => {
    const store = new FaultyStore();
    const { cache } = makeCache({ openStore: () => store });
    await cache.wrap('user', 'a', makeSource('old').load);
    const [reading, deleting] = [makeGate(), makeGate()];
    store.gates.set('delete', deleting.passed);
    const deletion = cache.delete('user', 'a');
    // This read has the old entry in hand, and is slow to say so.
    const slow = store.inner.get('a');
    store.get = async () => {
      const entry = await slow;
      await reading.passed;
      return entry;
    };
    const during = cache.wrap('user', 'a', makeSource('new').load);
    await settle();
    deleting.open();
    await deletion;
    store.get = (key) => store.inner.get(key);
    const after = cache.wrap('user', 'a', makeSource('new').load);
    reading.open();
    expect((await during).value).toBe('old');
    expect((await after).value).toBe('new');
  });

  it('is never followed by an older value, under any interleaving of reads, writes and slow stores', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fc.boolean(), { minLength: 2, maxLength: 12 }), async (s, plan) => {
        const store = new FaultyStore();
        const run = async <T>(act: Promise<T>): Promise<T> => s.schedule(act);
        const { cache } = makeCache({
          openStore: () => ({
            get: (key) => run(store.get(key)),
            set: (key, stored) => run(Promise.resolve()).then(() => store.set(key, stored)),
            delete: (key) => run(Promise.resolve()).then(() => store.delete(key)),
            clear: () => store.clear(),
            count: () => store.count(),
          }),
        });
        let row = 0;
        const read = async (): Promise<void> => {
          const committed = acknowledged;
          // The row is read at one moment and handed over at a later one.
          const { value } = await cache.wrap('user', 'a', async () => run(Promise.resolve(row)));
          expect(value).toBeGreaterThanOrEqual(committed);
        };
        let acknowledged = 0;
        const write = async (): Promise<void> => {
          row += 1;
          const mine = row;
          await cache.delete('user', 'a');
          acknowledged = Math.max(acknowledged, mine);
        };
        const begun = plan.map((isWrite) => s.schedule(Promise.resolve()).then(isWrite ? write : read));
        await s.waitFor(Promise.all(begun));
        await s.waitFor(read());
      }),
      { numRuns: 500 },
    );
  });
});

describe('flush', () => {
  it('removes all entries and returns their number', async () => {
    const { cache } = makeCache();
    for (const key of ['a', 'b', 'c']) await cache.wrap('user', key, makeSource('old').load);
    await cache.wrap('greet', 'a', makeSource('old').load);
    expect(await cache.flush()).toBe(4);
    expect(await cache.flush()).toBe(0);
    expect((await cache.wrap('user', 'a', makeSource('new').load)).value).toBe('new');
    expect((await cache.wrap('greet', 'a', makeSource('new').load)).value).toBe('new');
  });

  it('prevents loads in progress from storing their old values', async () => {
    const { cache } = makeCache();
    const gate = makeGate<string>();
    const early = cache.wrap('user', 'a', () => gate.passed);
    await settle();
    await cache.flush();
    gate.open('old');
    await early;
    expect((await cache.wrap('user', 'a', makeSource('new').load)).value).toBe('new');
  });

  it('does not store a load that ends while the store is being cleared', async () => {
    const store = new FaultyStore();
    const { cache } = makeCache({ openStore: () => store });
    const [loading, clearing, setting] = [makeGate<string>(), makeGate(), makeGate()];
    store.gates.set('clear', clearing.passed).set('set', setting.passed);
    const early = cache.wrap('user', 'a', () => loading.passed);
    await settle();
    const flush = cache.flush();
    loading.open('old');
    await settle();
    clearing.open();
    await flush;
    setting.open();
    await early;
    expect(await store.inner.count()).toBe(0);
  });

  it('waits for writes that have begun', async () => {
    const store = new FaultyStore();
    const { cache } = makeCache({ openStore: (name) => (name === 'test:user' ? store : new FaultyStore()) });
    const gate = makeGate();
    store.gates.set('set', gate.passed);
    const early = cache.wrap('user', 'a', makeSource('old').load);
    await settle();
    const flush = cache.flush();
    await settle();
    gate.open();
    await early;
    expect(await flush).toBe(1);
    expect(await store.inner.count()).toBe(0);
  });
});
