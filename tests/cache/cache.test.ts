import { describe, expect, it } from 'vitest';
import { Metrics } from '../../src/observability/metrics.js';
import { makeCache, makeGate, makeSource } from './support.js';

describe('wrap', () => {
  it('loads once, then returns the stored value until the time to live is over', async () => {
    const { cache, clock } = makeCache();
    const source = makeSource('first');
    expect(await cache.wrap('info', 'k', source.load)).toEqual({ value: 'first', hit: false });
    source.value = 'second';
    clock.advance(59_999);
    expect(await cache.wrap('info', 'k', source.load)).toEqual({ value: 'first', hit: true });
    clock.advance(1);
    expect(await cache.wrap('info', 'k', source.load)).toEqual({ value: 'second', hit: false });
    expect(source.loads).toBe(2);
  });

  it('measures the age from the beginning of the load', async () => {
    const { cache, clock } = makeCache();
    await cache.wrap('info', 'k', () => {
      clock.advance(50_000);
      return Promise.resolve('slow');
    });
    clock.advance(9_999);
    expect((await cache.wrap('info', 'k', makeSource('x').load)).hit).toBe(true);
    clock.advance(1);
    expect((await cache.wrap('info', 'k', makeSource('x').load)).hit).toBe(false);
  });

  it('keeps namespaces, keys and caches apart', async () => {
    const { cache } = makeCache();
    const other = makeCache();
    await cache.wrap('greet', 'ada', makeSource('Hello ada!').load);
    for (const read of [
      cache.wrap('greet', 'Ada', makeSource('x').load),
      cache.wrap('user', 'ada', makeSource('x').load),
      other.cache.wrap('greet', 'ada', makeSource('x').load),
    ]) {
      expect(await read).toEqual({ value: 'x', hit: false });
    }
  });

  it.each(['test:greet:ada', 'greet:ada', 'keyv:ada', ':ada', '__proto__', 'constructor'])(
    'never takes the key %s for another',
    async (key) => {
      const { cache } = makeCache();
      await cache.wrap('greet', 'ada', makeSource('Hello ada!').load);
      expect(await cache.wrap('greet', key, makeSource('other').load)).toEqual({ value: 'other', hit: false });
      expect(await cache.wrap('greet', key, makeSource('x').load)).toEqual({ value: 'other', hit: true });
      expect(await cache.wrap('greet', 'ada', makeSource('x').load)).toEqual({ value: 'Hello ada!', hit: true });
    },
  );

  it('loads each key once for 50 concurrent cold reads', async () => {
    const { cache } = makeCache();
    const gate = makeGate<string>();
    let loads = 0;
    const load = (): Promise<string> => {
      loads += 1;
      return gate.passed;
    };
    const reads = Array.from({ length: 100 }, (_, index) => cache.wrap('info', index % 2 ? 'a' : 'b', load));
    gate.open('value');
    expect(new Set(await Promise.all(reads))).toHaveLength(2);
    expect(await Promise.all(reads)).toContainEqual({ value: 'value', hit: false });
    expect(loads).toBe(2);
  });

  it('does not keep a failed load, and fails for all who waited for it', async () => {
    const { cache } = makeCache();
    const gate = makeGate<string>();
    const reads = Array.from({ length: 5 }, () => cache.wrap('info', 'k', () => gate.passed));
    gate.fail(new Error('database gone'));
    for (const result of await Promise.allSettled(reads)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { message: 'database gone' } });
    }
    expect(await cache.wrap('info', 'k', makeSource('back').load)).toEqual({ value: 'back', hit: false });
    expect((await cache.wrap('info', 'k', makeSource('x').load)).hit).toBe(true);
  });

  it('fails if a load throws synchronously, and works afterwards', async () => {
    const { cache } = makeCache();
    const load = (): Promise<string> => {
      throw new Error('at once');
    };
    await expect(cache.wrap('info', 'k', load)).rejects.toThrow('at once');
    expect((await cache.wrap('info', 'k', makeSource('x').load)).value).toBe('x');
  });

  it('stores null and falsy values, and returns undefined without storing it', async () => {
    const { cache } = makeCache();
    for (const value of [null, false, 0, '']) {
      const source = makeSource(value);
      const key = `key ${String(value)}`;
      await cache.wrap('user', key, source.load);
      expect(await cache.wrap('user', key, source.load)).toEqual({ value, hit: true });
    }
    const nothing = makeSource(undefined);
    await cache.wrap('user', 'nothing', nothing.load);
    expect(await cache.wrap('user', 'nothing', nothing.load)).toEqual({ value: undefined, hit: false });
  });

  it('rejects an empty or absent key, which all callers would share', async () => {
    const { cache, settings } = makeCache();
    for (const enabled of [true, false]) {
      settings.enabled = enabled;
      for (const key of ['', undefined, null, 7] as string[]) {
        await expect(cache.wrap('user', key, makeSource('x').load)).rejects.toThrow(TypeError);
        await expect(cache.delete('user', key)).rejects.toThrow(TypeError);
      }
    }
  });
});

describe('values', () => {
  it('are deeply frozen on the first and on every later read', async () => {
    const { cache } = makeCache();
    const load = () => Promise.resolve({ name: 'ada', roles: ['user'], nested: { deep: { value: 1 } } });
    for (const hit of [false, true]) {
      const cached = await cache.wrap('user', 'ada', load);
      const { value } = cached;
      expect(cached.hit).toBe(hit);
      expect(() => (value.name = 'eve')).toThrow(TypeError);
      expect(() => value.roles.push('admin')).toThrow(TypeError);
      expect(() => (value.nested.deep.value = 2)).toThrow(TypeError);
    }
  });

  class User {
    readonly name = 'ada';
  }

  it.each<[string, unknown]>([
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a class instance', new User()],
    ['a function', { call: () => 1 }],
    ['a bigint', [1n]],
    ['not a number', { value: NaN }],
  ])('are rejected if JSON cannot represent them: %s, also while the cache is disabled', async (_, value) => {
    const { cache, settings } = makeCache();
    await expect(cache.wrap<unknown>('user', 'k', () => Promise.resolve(value))).rejects.toThrow(TypeError);
    settings.enabled = false;
    await expect(cache.wrap<unknown>('user', 'k', () => Promise.resolve(value))).rejects.toThrow(TypeError);
  });

  it('are rejected if they are circular', async () => {
    const { cache } = makeCache();
    const loop: { self?: unknown } = {};
    loop.self = loop;
    await expect(cache.wrap('user', 'k', () => Promise.resolve(loop))).rejects.toThrow(TypeError);
  });
});

describe('live settings', () => {
  it('a lower time to live applies to entries already stored', async () => {
    const { cache, settings, clock } = makeCache();
    await cache.wrap('user', 'k', makeSource('old').load);
    clock.advance(10_000);
    settings.ttl.user = 10_000;
    expect(await cache.wrap('user', 'k', makeSource('new').load)).toEqual({ value: 'new', hit: false });
  });

  it('a higher time to live does not lengthen the life of entries already stored', async () => {
    const { cache, settings, clock } = makeCache();
    await cache.wrap('user', 'k', makeSource('old').load);
    settings.ttl.user = 600_000;
    clock.advance(60_000);
    expect((await cache.wrap('user', 'k', makeSource('new').load)).value).toBe('new');
    clock.advance(599_999);
    expect((await cache.wrap('user', 'k', makeSource('newer').load)).value).toBe('new');
  });

  it('a time to live of 0 keeps nothing', async () => {
    const { cache, settings } = makeCache();
    settings.ttl.user = 0;
    const source = makeSource('x');
    await cache.wrap('user', 'k', source.load);
    await cache.wrap('user', 'k', source.load);
    expect(source.loads).toBe(2);
    expect(await cache.flush()).toBe(0);
  });

  it('when disabled, every read loads, nothing is stored, and deleted entries stay deleted', async () => {
    const { cache, settings } = makeCache();
    await cache.wrap('user', 'kept', makeSource('old').load);
    await cache.wrap('user', 'deleted', makeSource('old').load);
    settings.enabled = false;
    expect(cache.status()).toBe('not_configured');
    const source = makeSource('x');
    await cache.wrap('user', 'kept', source.load);
    expect(await cache.wrap('user', 'new', source.load)).toEqual({ value: 'x', hit: false });
    expect(source.loads).toBe(2);
    await cache.delete('user', 'deleted');
    settings.enabled = true;
    expect(cache.status()).toBe('healthy');
    expect((await cache.wrap('user', 'new', makeSource('y').load)).hit).toBe(false);
    expect((await cache.wrap('user', 'deleted', makeSource('y').load)).hit).toBe(false);
    expect((await cache.wrap('user', 'kept', makeSource('y').load)).hit).toBe(true);
  });

  it('does not store a value that was loading when the cache was disabled', async () => {
    const { cache, settings } = makeCache();
    const gate = makeGate<string>();
    const read = cache.wrap('user', 'k', () => gate.passed);
    settings.enabled = false;
    gate.open('x');
    expect((await read).value).toBe('x');
    settings.enabled = true;
    expect((await cache.wrap('user', 'k', makeSource('y').load)).hit).toBe(false);
  });
});

describe('a clock set back', () => {
  it('does not lengthen the life of an entry', async () => {
    const { cache, clock } = makeCache();
    await cache.wrap('user', 'k', makeSource('old').load);
    clock.advance(-3_600_000);
    expect((await cache.wrap('user', 'k', makeSource('new').load)).value).toBe('new');
  });
});

describe('metrics', () => {
  it('count each read once, by namespace and outcome', async () => {
    const metrics = new Metrics();
    const { cache, settings } = makeCache({ metrics });
    const source = makeSource('x');
    await cache.wrap('user', 'k', source.load);
    await cache.wrap('user', 'k', source.load);
    await cache.wrap('user', 'k', source.load);
    settings.enabled = false;
    await cache.wrap('user', 'k', source.load);
    const text = await metrics.expose();
    expect(text).toContain('rollcall_cache_requests_total{namespace="user",outcome="miss"} 1\n');
    expect(text).toContain('rollcall_cache_requests_total{namespace="user",outcome="hit"} 2\n');
    expect(text).toContain('rollcall_cache_requests_total{namespace="user",outcome="bypass"} 1\n');
  });
});

describe('close', () => {
  it('makes later reads load again', async () => {
    const { cache } = makeCache();
    await cache.wrap('user', 'k', makeSource('old').load);
    await cache.close();
    expect(await cache.wrap('user', 'k', makeSource('new').load)).toEqual({ value: 'new', hit: false });
  });
});
