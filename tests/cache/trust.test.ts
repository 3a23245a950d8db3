import { describe, expect, it } from 'vitest';
import { makeCache, makeSource } from './support.js';

describe('an untrusted cache', () => {
  it('returns loaded values without storing them, and uses its entries again once it is trusted', async () => {
    let isFresh = true;
    const { cache } = makeCache({ isFresh: () => isFresh });
    const source = makeSource('old');
    await cache.wrap('user', 'ada', source.load);
    isFresh = false;
    source.value = 'new';
    for (let read = 0; read < 3; read += 1) {
      expect(await cache.wrap('user', 'ada', source.load)).toEqual({ value: 'new', hit: false });
    }
    expect(source.loads).toBe(4);
    isFresh = true;
    expect(await cache.wrap('user', 'ada', source.load)).toEqual({ value: 'old', hit: true });
  });

  it('drops its entries', async () => {
    let isFresh = true;
    const { cache } = makeCache({ isFresh: () => isFresh });
    const source = makeSource('old');
    await cache.wrap('user', 'ada', source.load);
    isFresh = false;
    expect(await cache.flush()).toBe(1);
    isFresh = true;
    expect((await cache.wrap('user', 'ada', source.load)).hit).toBe(false);
  });
});
