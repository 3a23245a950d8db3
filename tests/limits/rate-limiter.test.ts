import { describe, expect, it } from 'vitest';
import { Metrics } from '../../src/observability/metrics.js';
import { countAllowed, makeLimiter, minute } from './support.js';

describe('a window', () => {
  it('allows the points, rejects the next attempt, and reports when it ends', async () => {
    const { limiter, clock } = makeLimiter();
    const first = await limiter.consume('login', 'a');
    expect(first).toEqual({
      policy: 'login',
      allowed: true,
      limit: 10,
      remaining: 9,
      resetSeconds: 60,
      windowSeconds: 60,
      retryAfterSeconds: 0,
    });
    clock.advance(17_500);
    for (let attempt = 2; attempt <= 10; attempt += 1) {
      expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: true, remaining: 10 - attempt });
    }
    expect(await limiter.consume('login', 'a')).toMatchObject({
      allowed: false,
      remaining: 0,
      resetSeconds: 43,
      retryAfterSeconds: 43,
    });
  });

  it('is fixed: it ends a window after its first attempt, whatever came in between', async () => {
    const { limiter, clock, admit } = makeLimiter();
    await admit('login', 'a', 1);
    clock.advance(minute - 1);
    expect(await admit('login', 'a', 20)).toBe(9);
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
    clock.advance(1);
    expect(await admit('login', 'a', 20)).toBe(10);
  });

  it('counts each key, each policy and each limiter apart', async () => {
    const { limiter, admit } = makeLimiter();
    const other = makeLimiter();
    await admit('login', 'a', 11);
    expect((await limiter.consume('login', 'b')).allowed).toBe(true);
    expect((await limiter.consume('refresh', 'a')).allowed).toBe(true);
    expect((await other.limiter.consume('login', 'a')).allowed).toBe(true);
    expect((await limiter.consume('login', 'a')).allowed).toBe(false);
  });

  it('may be longer than a timer can run', async () => {
    const { limiter, rateLimit, clock, admit } = makeLimiter();
    rateLimit.login.window = 30 * 24 * 60 * minute;
    await admit('login', 'a', 10);
    clock.advance(29 * 24 * 60 * minute);
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 24 * 60 * 60 });
  });

  it('allows exactly the points of concurrent attempts', async () => {
    const { limiter } = makeLimiter();
    const results = await Promise.all(Array.from({ length: 50 }, () => limiter.consume('login', 'a')));
    expect(countAllowed(results)).toBe(10);
    expect(new Set(results.map(({ remaining }) => remaining))).toEqual(new Set([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]));
  });
});

describe('a live change', () => {
  it('of points keeps the count: fewer reject the next attempt, more allow the difference', async () => {
    const { limiter, rateLimit, admit } = makeLimiter();
    await admit('login', 'a', 9);
    rateLimit.login.points = 5;
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, limit: 5, remaining: 0 });
    rateLimit.login.points = 12;
    expect(await admit('login', 'a', 20)).toBe(3);
  });

  it('of points after many rejections allows exactly the difference', async () => {
    const { rateLimit, admit } = makeLimiter();
    expect(await admit('login', 'a', 40)).toBe(10);
    rateLimit.login.points = 12;
    expect(await admit('login', 'a', 40)).toBe(2);
  });

  it('between two simultaneous attempts checks each against the settings of its request', async () => {
    const { limiter, rateLimit, admit } = makeLimiter();
    await admit('login', 'a', 5);
    rateLimit.login.points = 5;
    const before = limiter.consume('login', 'a');
    rateLimit.login.points = 12;
    const after = limiter.consume('login', 'a');
    expect([(await before).allowed, (await after).allowed]).toEqual([false, true]);
    expect(await admit('login', 'a', 20)).toBe(6);
  });

  it('to a longer window applies to windows that begin after it', async () => {
    const { limiter, rateLimit, clock, admit } = makeLimiter();
    await admit('login', 'a', 10);
    rateLimit.login.window = 10 * minute;
    expect(await limiter.consume('login', 'a')).toMatchObject({ retryAfterSeconds: 60, windowSeconds: 600 });
    clock.advance(minute);
    await admit('login', 'a', 10);
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 600 });
  });

  it('to a shorter window ends the one that runs as if it had begun under it, and keeps its count', async () => {
    const { limiter, rateLimit, clock, admit } = makeLimiter();
    rateLimit.login.window = 20 * minute;
    await admit('login', 'a', 10);
    clock.advance(10_000);
    rateLimit.login.window = minute;
    expect(await limiter.peek('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 50 });
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 50 });
    rateLimit.login.points = 12;
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: true, remaining: 1, resetSeconds: 50 });
    rateLimit.login.window = 1_000;
    expect(await admit('login', 'a', 20)).toBe(12);
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
  });

  it('of enabled to false allows everything uncounted, and back to true restores the count', async () => {
    const { limiter, rateLimit, admit } = makeLimiter();
    await admit('login', 'a', 9);
    rateLimit.enabled = false;
    expect(await admit('login', 'a', 30)).toBe(30);
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: true, limit: 10, remaining: 10 });
    expect(await limiter.peek('login', 'a')).toMatchObject({ allowed: true, remaining: 10 });
    rateLimit.enabled = true;
    expect(await admit('login', 'a', 30)).toBe(1);
  });
});

describe('a burst', () => {
  it('is served beyond the points and never advertised', async () => {
    const { limiter, rateLimit } = makeLimiter();
    rateLimit.greet = { points: 60, window: minute, block: 0, burst: 10 };
    const results = [];
    for (let attempt = 0; attempt < 75; attempt += 1) results.push(await limiter.consume('greet', 'a'));
    expect(countAllowed(results)).toBe(70);
    expect(results.map(({ remaining }) => remaining)).toEqual(results.map((_, index) => Math.max(0, 59 - index)));
    expect(new Set(results.map(({ limit }) => limit))).toEqual(new Set([60]));
    expect(results[70]).toMatchObject({ allowed: false, retryAfterSeconds: 60 });
  });
});

describe('peek', () => {
  it('returns the result of the next attempt without counting it', async () => {
    const { limiter, admit } = makeLimiter();
    expect(await limiter.peek('login', 'a')).toMatchObject({ allowed: true, remaining: 10, resetSeconds: 60 });
    await admit('login', 'a', 9);
    for (let look = 0; look < 3; look += 1) {
      expect(await limiter.peek('login', 'a')).toMatchObject({ allowed: true, remaining: 1 });
    }
    await admit('login', 'a', 1);
    expect(await limiter.peek('login', 'a')).toMatchObject({ allowed: false, remaining: 0, retryAfterSeconds: 60 });
  });
});

describe('clear and close', () => {
  it('reset the count of one key, or of all', async () => {
    const { limiter, admit } = makeLimiter();
    await admit('login', 'a', 10);
    await admit('login', 'b', 10);
    await limiter.clear('login', 'a');
    await limiter.clear('login', 'never seen');
    expect(await admit('login', 'a', 20)).toBe(10);
    expect(await admit('login', 'b', 20)).toBe(0);
    limiter.close();
    expect(await admit('login', 'b', 20)).toBe(10);
  });
});

describe('keys', () => {
  it('that are empty or absent are rejected, also while limits are disabled', async () => {
    const { limiter, rateLimit } = makeLimiter();
    for (const enabled of [true, false]) {
      rateLimit.enabled = enabled;
      for (const key of ['', undefined, null, 7] as string[]) {
        await expect(limiter.consume('login', key)).rejects.toThrow('a rate limit needs a key');
        await expect(limiter.peek('login', key)).rejects.toThrow('a rate limit needs a key');
        await expect(limiter.clear('login', key)).rejects.toThrow('a rate limit needs a key');
      }
    }
  });

  it('of any length are distinguished', async () => {
    const { limiter, rateLimit, admit } = makeLimiter();
    rateLimit.loginAccount.points = 1;
    const long = 'x'.repeat(100_000);
    expect(await admit('loginAccount', `${long}a`, 2)).toBe(1);
    expect(await admit('loginAccount', `${long}b`, 2)).toBe(1);
    await limiter.clear('loginAccount', `${long}a`);
    expect(await admit('loginAccount', `${long}a`, 2)).toBe(1);
    expect(await admit('loginAccount', 'constructor', 2)).toBe(1);
    expect(await admit('loginAccount', '__proto__', 2)).toBe(1);
  });

  it('stay bounded in number, and keys near their limit survive many others', async () => {
    const { limiter, rateLimit, admit } = makeLimiter({ capacity: 100 });
    rateLimit.loginAccount.points = 10;
    await admit('loginAccount', 'victim', 10);
    await admit('loginAccount', 'half-way', 5);
    for (let name = 0; name < 5_000; name += 1) await limiter.consume('loginAccount', `spray-${name}`);
    expect((await limiter.peek('loginAccount', 'victim')).allowed).toBe(false);
    expect((await limiter.peek('loginAccount', 'half-way')).remaining).toBe(5);
    expect((await limiter.peek('loginAccount', 'spray-0')).remaining).toBe(10);
    expect((await limiter.peek('loginAccount', 'spray-4999')).remaining).toBe(9);
  });
});

describe('metrics', () => {
  it('count each decision once, by policy and outcome', async () => {
    const metrics = new Metrics();
    const { limiter, rateLimit, admit } = makeLimiter({ metrics });
    await admit('login', 'a', 13);
    await limiter.peek('login', 'a');
    rateLimit.enabled = false;
    await admit('login', 'a', 5);
    const text = await metrics.expose();
    expect(text).toContain('rollcall_rate_limit_decisions_total{policy="login",outcome="allowed"} 10\n');
    expect(text).toContain('rollcall_rate_limit_decisions_total{policy="login",outcome="refused"} 3\n');
  });
});

describe('times in whole seconds', () => {
  it('never exceeds the window, for any fraction of a second', async () => {
    for (const at of [0.1, 0.7, 1234.567, 1e6 + 1 / 3, 4_891_234.900_000_1, 86_400_000.3]) {
      const { limiter } = makeLimiter({ clock: { monotonicMs: () => at } });
      expect((await limiter.consume('login', 'someone')).resetSeconds).toBe(60);
    }
  });
});
