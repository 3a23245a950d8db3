import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeLimiter } from './support.js';

const key = fc.constantFrom('a', 'b');
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('consume' as const), key }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('limit' as const), points: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 900 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
);

/** What the sentences of the contract say, in the plainest form: one counter for each key and window. */
const makeModel = (windowMs: number) => {
  const windows = new Map<string, { used: number; ends: number }>();
  return (name: string, points: number, now: number): boolean => {
    const known = windows.get(name);
    const window = known && now < known.ends ? known : { used: 0, ends: now + windowMs };
    windows.set(name, window);
    if (window.used >= points) return false;
    window.used += 1;
    return true;
  };
};

it('allows exactly the current limit, for any interleaving of attempts, live changes and time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const { limiter, rateLimit, clock } = makeLimiter();
      rateLimit.login = { points: 5, window: 1_000, block: 0 };
      const model = makeModel(1_000);
      const pending: Promise<boolean>[] = [];
      const expected: boolean[] = [];
      for (const next of steps) {
        if (next.kind === 'limit') rateLimit.login.points = next.points;
        else if (next.kind === 'advance') clock.advance(next.ms);
        else if (next.kind === 'settle') await Promise.all(pending);
        else {
          expected.push(model(next.key, rateLimit.login.points, clock.ms));
          pending.push(limiter.consume('login', next.key).then(({ allowed }) => allowed));
        }
      }
      expect(await Promise.all(pending)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

const pauses = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 150 });
const blocks = fc.integer({ min: 1, max: 3_000 });

it.each(['login', 'loginAccount'] as const)('matches a model of %s with blocks of any length', async (policy) => {
  await fc.assert(
    fc.asyncProperty(blocks, pauses, async (block, waits) => {
      const { limiter, rateLimit, clock } = makeLimiter();
      rateLimit[policy] = { points: 3, window: 1_000, block };
      let [admitted, began] = [0, -Infinity];
      let refusedAt: number | undefined;
      let promised = Infinity;
      for (const wait of waits) {
        clock.advance(wait);
        const { allowed, retryAfterSeconds } = await limiter.consume(policy, 'a');
        if (!allowed) {
          // Who waits as long as Retry-After says is not refused again.
          expect(clock.ms).toBeLessThan(promised);
          promised = clock.ms + retryAfterSeconds * 1_000;
          refusedAt ??= clock.ms;
          continue;
        }
        // A block lasts at least its time. Only a growing one may restart the count within a window.
        if (refusedAt !== undefined) expect(clock.ms).toBeGreaterThanOrEqual(refusedAt + block);
        const isAnew = clock.ms >= began + 1_000 || (policy === 'loginAccount' && refusedAt !== undefined);
        if (isAnew) [admitted, began] = [0, clock.ms];
        [admitted, refusedAt, promised] = [admitted + 1, undefined, Infinity];
        expect(admitted).toBeLessThanOrEqual(3);
      }
    }),
    { numRuns: 200 },
  );
});
