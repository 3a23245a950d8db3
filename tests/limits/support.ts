import { RateLimiter, type RateLimiterOptions, type RateLimitResult } from '../../src/limits/rate-limiter.js';
import { policyNames, type PolicyName, type PolicySettings } from '../../src/limits/policy.js';

export const minute = 60_000;
export const hour = 60 * minute;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Policies = Record<PolicyName, Mutable<PolicySettings>>;

/** A limiter with settings that a test may change and a clock that it may move. */
export const makeLimiter = (options: Partial<RateLimiterOptions> = {}) => {
  const policies = Object.fromEntries(
    policyNames.map((name) => [name, { points: 10, window: minute, block: 0 }]),
  ) as Policies;
  const rateLimit = { enabled: true, ...policies };
  const clock = {
    ms: 5_000,
    monotonicMs: () => clock.ms,
    advance: (ms: number) => {
      clock.ms += ms;
    },
  };
  const rateLimiter = new RateLimiter({ clock, prefix: 'test', ...options });
  const limiter = {
    consume: (policy: PolicyName, key: string): Promise<RateLimitResult> => rateLimiter.consume(policy, key, rateLimit),
    peek: (policy: PolicyName, key: string): Promise<RateLimitResult> => rateLimiter.peek(policy, key, rateLimit),
    clear: (policy: PolicyName, key: string): Promise<void> => rateLimiter.clear(policy, key),
    close: (): void => rateLimiter.close(),
  };
  /** Consumes the given number of times, one after the other, and counts what was allowed. */
  const admit = async (policy: PolicyName, key: string, attempts: number): Promise<number> => {
    let allowed = 0;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if ((await limiter.consume(policy, key)).allowed) allowed += 1;
    }
    return allowed;
  };
  return { limiter, rateLimit, clock, admit };
};

export const countAllowed = (results: readonly RateLimitResult[]): number =>
  results.filter(({ allowed }) => allowed).length;
