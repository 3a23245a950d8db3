import { createHash } from 'node:crypto';
import { RateLimiterRes } from 'rate-limiter-flexible';
import type { Clock } from '../clock.js';
import type { Metrics } from '../observability/metrics.js';
import { MemoryLimiter } from './memory-limiter.js';
import { ruleOf, type PolicyName, type PolicySettings, type RateLimits } from './policy.js';

/** The result of one attempt under one policy. */
export interface RateLimitResult {
  readonly policy: PolicyName;
  readonly allowed: boolean;
  /** The advertised limit: the policy's points, without its burst. */
  readonly limit: number;
  /** Attempts left of the limit; 0 during a burst. */
  readonly remaining: number;
  /** Seconds until the window or the block ends, rounded up. */
  readonly resetSeconds: number;
  readonly windowSeconds: number;
  /** Seconds after which a rejected client may retry, at least 1; 0 if the attempt was allowed. */
  readonly retryAfterSeconds: number;
}

/** Options for `RateLimiter`. */
export interface RateLimiterOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Prefix of all keys. */
  readonly prefix: string;
  readonly metrics?: Metrics | undefined;
  /** Maximum number of keys in memory for each policy. */
  readonly capacity?: number;
}

const maxKeyLength = 64;

/** Whole seconds, rounded up. Rounding to milliseconds first removes floating-point errors such as 60.0000001 s. */
const toSeconds = (ms: number): number => Math.ceil(Math.round(ms) / 1000);

/**
 * Counts attempts by policy and key, and rejects those over the limit. The caller passes the settings of its request; changing
 * a limit keeps what was consumed. Time is monotonic, so changing the system clock has no effect.
 */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #limiters = new Map<PolicyName, MemoryLimiter>();
  readonly #decisions;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    this.#decisions = options.metrics?.counter(
      'rollcall_rate_limit_decisions_total',
      'Decisions of the rate limiter, by policy and outcome: allowed or refused (rejected).',
      ['policy', 'outcome'],
    );
  }

  /**
   * Counts one attempt. A rejected attempt consumes nothing.
   * While `rateLimit.enabled` is false, every attempt is allowed and none is counted.
   * @param key the client, the account, or both
   * @param limits `rateLimit.*` from the settings of the request
   * @throws {TypeError} if the key is empty or missing: all such callers would share one counter
   */
  async consume(policy: PolicyName, key: string, limits: RateLimits): Promise<RateLimitResult> {
    const name = storedKey(key);
    const { enabled, [policy]: settings } = limits;
    if (!enabled) return unusedResult(policy, settings);
    const { allowed, state } = await this.#limiter(policy)
      .consume(name, 1, { rule: ruleOf(policy, settings) })
      .then(
        (state) => ({ allowed: true, state }),
        (rejection: unknown) => ({ allowed: false, state: rejectionState(rejection) }),
      );
    this.recordDecision(policy, allowed);
    return resultOf(policy, settings, allowed, state);
  }

  /** Counts a decision in the metrics, for counters that are stored elsewhere. */
  recordDecision(policy: PolicyName, isAllowed: boolean): void {
    this.#decisions?.inc({ policy, outcome: isAllowed ? 'allowed' : 'refused' });
  }

  /**
   * The result that the next attempt would be based on, without counting one.
   * @throws {TypeError} if the key is empty or missing
   */
  async peek(policy: PolicyName, key: string, limits: RateLimits): Promise<RateLimitResult> {
    const name = storedKey(key);
    const { enabled, [policy]: settings } = limits;
    const state = enabled ? await this.#limiter(policy).get(name, { rule: ruleOf(policy, settings) }) : null;
    return state ? resultOf(policy, settings, state.remainingPoints > 0, state) : unusedResult(policy, settings);
  }

  /**
   * Deletes the count, the block and the growth of the block of a key.
   * @throws {TypeError} if the key is empty or missing
   */
  async clear(policy: PolicyName, key: string): Promise<void> {
    await this.#limiter(policy).delete(storedKey(key));
  }

  /** Deletes all counters. */
  close(): void {
    for (const limiter of this.#limiters.values()) limiter.clear();
    this.#limiters.clear();
  }

  #limiter(policy: PolicyName): MemoryLimiter {
    const existing = this.#limiters.get(policy);
    if (existing) return existing;
    const { clock, prefix, capacity } = this.#options;
    const limiter = new MemoryLimiter({ clock, keyPrefix: `${prefix}:${policy}`, ...(capacity && { capacity }) });
    this.#limiters.set(policy, limiter);
    return limiter;
  }
}

/**
 * The response headers of a policy (IETF draft-ietf-httpapi-ratelimit-headers-10), for example
 * `RateLimit-Policy: "login";q=60;w=60` and `RateLimit: "login";r=59;t=42`: the quota and its window in seconds, the remaining
 * attempts, and the seconds until the quota is restored.
 */
export const rateLimitHeaders = (result: RateLimitResult): Record<string, string> => ({
  'RateLimit-Policy': `"${result.policy}";q=${result.limit};w=${result.windowSeconds}`,
  RateLimit: `"${result.policy}";r=${result.remaining};t=${result.resetSeconds}`,
});

/** Long keys are stored as a digest, so that memory stays bounded: a submitted name can be as long as a body. */
const storedKey = (key: string): string => {
  if (typeof key !== 'string' || key === '') throw new TypeError('a rate limit needs a key');
  return key.length <= maxKeyLength ? key : `sha256:${createHash('sha256').update(key).digest('base64url')}`;
};

const rejectionState = (rejection: unknown): RateLimiterRes => {
  if (rejection instanceof RateLimiterRes) return rejection;
  throw rejection;
};

const resultOf = (
  policy: PolicyName,
  settings: PolicySettings,
  allowed: boolean,
  { consumedPoints, msBeforeNext }: RateLimiterRes,
): RateLimitResult => ({
  policy,
  allowed,
  limit: settings.points,
  remaining: allowed ? Math.max(0, settings.points - consumedPoints) : 0,
  resetSeconds: toSeconds(msBeforeNext),
  windowSeconds: toSeconds(settings.window),
  retryAfterSeconds: allowed ? 0 : Math.max(1, toSeconds(msBeforeNext)),
});

const unusedResult = (policy: PolicyName, settings: PolicySettings): RateLimitResult =>
  resultOf(policy, settings, true, new RateLimiterRes(settings.points, settings.window, 0, false));
