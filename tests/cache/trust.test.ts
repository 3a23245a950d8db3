import { describe, expect, it } from 'vitest';
import { makeCache, makeSource } from './support.js';

describe('a cache that is not to be trusted', () => {
  it('answers from the loads, keeps nothing of them, and has its entries back when it is trusted again', async () => {
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

  it('drops its entries all the same', async () => {
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
