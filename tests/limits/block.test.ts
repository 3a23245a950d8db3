import { describe, expect, it } from 'vitest';
import { hour, makeLimiter, minute } from './support.js';

/** Uses up the limit of 10 and returns the seconds for which the eleventh attempt is put off. */
const exceed = async (
  { limiter, admit }: ReturnType<typeof makeLimiter>,
  policy: 'login' | 'loginAccount' | 'loginPair',
) => {
  expect(await admit(policy, 'ada', 10)).toBe(10);
  const rejection = await limiter.consume(policy, 'ada');
  expect(rejection.allowed).toBe(false);
  expect(rejection.resetSeconds).toBe(rejection.retryAfterSeconds);
  return rejection.retryAfterSeconds;
};

describe('a block of fixed length', () => {
  it('rejects the key for its duration, even beyond the window', async () => {
    const { limiter, rateLimit, clock, admit } = makeLimiter();
    rateLimit.login.block = 5 * minute;
    await admit('login', 'a', 10);
    clock.advance(30_000);
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 300 });
    clock.advance(5 * minute - 1);
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
    clock.advance(1);
    expect(await admit('login', 'a', 20)).toBe(10);
  });

  it('begins when the limit is exceeded, not when it is reached, and is not lengthened by attempts', async () => {
    const { limiter, rateLimit, clock, admit } = makeLimiter();
    rateLimit.login.block = 5 * minute;
    await admit('login', 'a', 10);
    clock.advance(minute);
    await admit('login', 'a', 10);
    for (let second = 0; second < 100; second += 1) {
      await limiter.consume('login', 'a');
      clock.advance(1_000);
    }
    expect(await limiter.consume('login', 'a')).toMatchObject({ retryAfterSeconds: 200 });
  });

  it('never ends before the window, which would loosen the limit', async () => {
    const { limiter, rateLimit, clock, admit } = makeLimiter();
    rateLimit.login.block = 1_000;
    await admit('login', 'a', 10);
    expect(await limiter.consume('login', 'a')).toMatchObject({ retryAfterSeconds: 60 });
    clock.advance(minute - 1);
    expect(await admit('login', 'a', 20)).toBe(0);
  });

  it('that is shortened ends as if it had begun with the new duration, but not before the window', async () => {
    const { limiter, rateLimit, clock, admit } = makeLimiter();
    rateLimit.login.block = hour;
    await admit('login', 'a', 11);
    clock.advance(10_000);
    rateLimit.login.block = 2 * minute;
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 110 });
    rateLimit.login.block = 1_000;
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 50 });
    rateLimit.login.window = 20_000;
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 10 });
    rateLimit.login.window = 10_000;
    expect(await admit('login', 'a', 20)).toBe(10);
  });

  it('that is lengthened keeps its end', async () => {
    const { limiter, rateLimit, admit } = makeLimiter();
    rateLimit.login.block = 5 * minute;
    await admit('login', 'a', 11);
    rateLimit.login.block = hour;
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 300 });
  });

  it('that is longer than the window continues when only the window is shortened', async () => {
    const { limiter, rateLimit, clock, admit } = makeLimiter();
    Object.assign(rateLimit.login, { window: 20 * minute, block: 5 * minute });
    await admit('login', 'a', 11);
    clock.advance(minute);
    rateLimit.login.window = 1_000;
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 240 });
  });

  it('that is disabled leaves the window active', async () => {
    const { limiter, rateLimit, clock, admit } = makeLimiter();
    Object.assign(rateLimit.login, { window: 20 * minute, block: hour });
    await admit('login', 'a', 11);
    clock.advance(minute);
    Object.assign(rateLimit.login, { window: 2 * minute, block: 0 });
    expect(await limiter.consume('login', 'a')).toMatchObject({ allowed: false, retryAfterSeconds: 60 });
  });

  it('does not grow', async () => {
    const setup = makeLimiter();
    setup.rateLimit.login.block = 5 * minute;
    for (let round = 0; round < 4; round += 1) {
      expect(await exceed(setup, 'login')).toBe(300);
      setup.clock.advance(5 * minute);
    }
  });
});

describe.each(['loginAccount', 'loginPair'] as const)('the growing block of %s', (policy) => {
  const makeBlocking = () => {
    const setup = makeLimiter();
    Object.assign(setup.rateLimit[policy], { points: 10, window: 15 * minute, block: minute });
    return setup;
  };

  it('doubles from one block to the next, up to 24 hours', async () => {
    const setup = makeBlocking();
    const delays: number[] = [];
    for (let round = 0; round < 13; round += 1) {
      const delay = await exceed(setup, policy);
      delays.push(delay / 60);
      setup.clock.advance(delay * 1_000);
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440]);
  });

  it('lasts until its last millisecond, then the count starts again', async () => {
    const setup = makeBlocking();
    await exceed(setup, policy);
    setup.clock.advance(minute - 1);
    expect(await setup.admit(policy, 'ada', 5)).toBe(0);
    setup.clock.advance(1);
    expect(await setup.limiter.peek(policy, 'ada')).toMatchObject({ allowed: true, remaining: 10 });
    expect(await setup.admit(policy, 'ada', 20)).toBe(10);
  });

  it('is the shortest again after clear', async () => {
    const setup = makeBlocking();
    await exceed(setup, policy);
    setup.clock.advance(minute);
    expect(await exceed(setup, policy)).toBe(120);
    await setup.limiter.clear(policy, 'ada');
    expect(await exceed(setup, policy)).toBe(60);
  });

  it('is the shortest again after 24 hours without one, and not before', async () => {
    const setup = makeBlocking();
    await exceed(setup, policy);
    setup.clock.advance(minute + 24 * hour - 1);
    expect(await exceed(setup, policy)).toBe(120);
    setup.clock.advance(2 * minute + 24 * hour);
    expect(await exceed(setup, policy)).toBe(60);
  });

  it('keeps growing over calm windows in which nobody exceeds the limit', async () => {
    const setup = makeBlocking();
    await exceed(setup, policy);
    for (let round = 0; round < 5; round += 1) {
      setup.clock.advance(hour);
      expect(await setup.admit(policy, 'ada', 3)).toBe(3);
    }
    setup.clock.advance(hour);
    expect(await exceed(setup, policy)).toBe(120);
  });

  it('grows once for concurrent attempts', async () => {
    const setup = makeBlocking();
    await Promise.all(Array.from({ length: 60 }, () => setup.limiter.consume(policy, 'ada')));
    expect(await setup.limiter.peek(policy, 'ada')).toMatchObject({ allowed: false, retryAfterSeconds: 60 });
  });

  it('is lifted when the operator raises the limit, by exactly the difference', async () => {
    const setup = makeBlocking();
    await exceed(setup, policy);
    setup.rateLimit[policy].points = 12;
    expect(await setup.admit(policy, 'ada', 20)).toBe(2);
    // A new block began with the third rejection: the old one's end must not cut it short.
    setup.clock.advance(2 * minute - 1);
    expect(await setup.admit(policy, 'ada', 20)).toBe(0);
  });

  it('is lifted when the operator disables blocks; the window keeps counting', async () => {
    const setup = makeBlocking();
    await exceed(setup, policy);
    setup.rateLimit[policy].block = 0;
    expect(await setup.limiter.consume(policy, 'ada')).toMatchObject({ allowed: false, retryAfterSeconds: 900 });
    setup.clock.advance(2 * minute);
    expect(await setup.admit(policy, 'ada', 20)).toBe(0);
    setup.clock.advance(13 * minute);
    expect(await setup.admit(policy, 'ada', 20)).toBe(10);
  });

  it('is shortened with the setting, and doubled as often as before', async () => {
    const setup = makeBlocking();
    for (const doubled of [1, 2]) {
      await exceed(setup, policy);
      setup.clock.advance(doubled * minute);
    }
    expect(await exceed(setup, policy)).toBe(240);
    setup.clock.advance(10_000);
    setup.rateLimit[policy].block = 5_000;
    expect(await setup.limiter.consume(policy, 'ada')).toMatchObject({ allowed: false, retryAfterSeconds: 10 });
    setup.clock.advance(10_000);
    expect(await exceed(setup, policy)).toBe(40);
  });

  it('is the shortest again 24 hours after its end as it was shortened', async () => {
    const setup = makeBlocking();
    setup.rateLimit[policy].block = 12 * hour;
    await exceed(setup, policy);
    setup.rateLimit[policy].block = minute;
    setup.clock.advance(minute + 24 * hour);
    expect(await exceed(setup, policy)).toBe(60);
  });

  it('survives attempts with many other names', async () => {
    const setup = makeLimiter({ capacity: 100 });
    Object.assign(setup.rateLimit[policy], { points: 10, window: 15 * minute, block: minute });
    await exceed(setup, policy);
    setup.clock.advance(minute);
    await setup.admit(policy, 'ada', 1);
    for (let name = 0; name < 1_000; name += 1) await setup.limiter.consume(policy, `spray-${name}`);
    expect(await setup.admit(policy, 'ada', 10)).toBe(9);
    expect(await setup.limiter.peek(policy, 'ada')).toMatchObject({ allowed: false, retryAfterSeconds: 120 });
  });
});
