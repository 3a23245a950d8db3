import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { Metrics } from '../observability/metrics.js';
import { MemoryStore } from './memory-store.js';
import { ruleOf, type PolicyName, type PolicySettings, type RateLimits } from './policy.js';
import type { Evaluation } from './usage.js';

/** The answer to one attempt under one policy. */
export interface RateLimitResult {
  readonly policy: PolicyName;
  readonly allowed: boolean;
  /** The advertised limit: the policy's points, without its burst. */
  readonly limit: number;
  /** Attempts left of the limit; 0 while a burst is served. */
  readonly remaining: number;
  /** Seconds until the count starts anew, or the block ends; rounded up. */
  readonly resetSeconds: number;
  readonly windowSeconds: number;
  /** Seconds after which a refused key may try again, at least 1; 0 when allowed. */
  readonly retryAfterSeconds: number;
}

/** What a limiter is made from. */
export interface RateLimiterOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Stands before all keys, so that two apps may share a store without sharing counts. */
  readonly prefix: string;
  readonly metrics?: Metrics | undefined;
  /** Keys remembered at most for one policy. */
  readonly capacity?: number;
}

const longestKey = 64;

/** Whole seconds, rounded up; a sum of fractions that is a hair over a second is that second. */
const seconds = (ms: number): number => Math.ceil(Math.round(ms) / 1000);

/**
 * Counts attempts by policy and key, and says which are refused. The caller passes the settings of its request, and a changed
 * limit keeps what was used. Time is monotonic: setting the machine's clock neither frees nor holds anybody.
 */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #stores = new Map<PolicyName, MemoryStore>();
  readonly #decisions;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    this.#decisions = options.metrics?.counter(
      'rollcall_rate_limit_decisions_total',
      'Decisions of the rate limiter, by policy and outcome: allowed or refused.',
      ['policy', 'outcome'],
    );
  }

  /**
   * Counts one attempt and judges it in the same step. A refused attempt uses nothing.
   * While `rateLimit.enabled` is false everything is allowed and nothing is counted.
   * @param key what is counted: an address key, an account, or both
   * @param limits `rateLimit.*` as the request began with it
   * @throws {TypeError} for an empty or absent key, which would be one bucket for everybody
   */
  async consume(policy: PolicyName, key: string, limits: RateLimits): Promise<RateLimitResult> {
    const name = storedKey(key);
    const { enabled, [policy]: settings } = limits;
    if (!enabled) return untouched(policy, settings);
    const judgement = await this.#store(policy).attempt(name, ruleOf(policy, settings));
    this.recordDecision(policy, judgement.allowed);
    return verdict(policy, settings, judgement, judgement.used);
  }

  /** Counts a decision in the metrics; for counters that are kept elsewhere. */
  recordDecision(policy: PolicyName, isAllowed: boolean): void {
    this.#decisions?.inc({ policy, outcome: isAllowed ? 'allowed' : 'refused' });
  }

  /**
   * What the next attempt of the key would meet, without counting one.
   * @throws {TypeError} for an empty or absent key
   */
  async peek(policy: PolicyName, key: string, limits: RateLimits): Promise<RateLimitResult> {
    const name = storedKey(key);
    const { enabled, [policy]: settings } = limits;
    if (!enabled) return untouched(policy, settings);
    const judgement = await this.#store(policy).look(name, ruleOf(policy, settings));
    return verdict(policy, settings, judgement, judgement.allowed ? judgement.used - 1 : judgement.used);
  }

  /**
   * Forgets what the key has used, its block, and the growth of its block.
   * @throws {TypeError} for an empty or absent key
   */
  async clear(policy: PolicyName, key: string): Promise<void> {
    await this.#store(policy).delete(storedKey(key));
  }

  /** Forgets everything. There is no timer or connection to end. */
  close(): void {
    for (const store of this.#stores.values()) store.clear();
    this.#stores.clear();
  }

  #store(policy: PolicyName): MemoryStore {
    const known = this.#stores.get(policy);
    if (known) return known;
    const { clock, prefix, capacity } = this.#options;
    const store = new MemoryStore({ clock, keyPrefix: `${prefix}:${policy}`, ...(capacity && { capacity }) });
    this.#stores.set(policy, store);
    return store;
  }
}

/** A submitted name may be as long as a body: long keys are kept as their digest, so that memory stays bounded. */
const storedKey = (key: string): string => {
  if (typeof key !== 'string' || key === '') throw new TypeError('a rate limit needs a key');
  return key.length <= longestKey ? key : `sha256:${createHash('sha256').update(key).digest('base64url')}`;
};

const verdict = (
  policy: PolicyName,
  settings: PolicySettings,
  judgement: Evaluation,
  used: number,
): RateLimitResult => ({
  policy,
  allowed: judgement.allowed,
  limit: settings.points,
  remaining: judgement.allowed ? Math.max(0, settings.points - used) : 0,
  resetSeconds: seconds(judgement.resetMs),
  windowSeconds: seconds(settings.window),
  retryAfterSeconds: judgement.allowed ? 0 : Math.max(1, seconds(judgement.resetMs)),
});

const untouched = (policy: PolicyName, settings: PolicySettings): RateLimitResult => ({
  policy,
  allowed: true,
  limit: settings.points,
  remaining: settings.points,
  resetSeconds: seconds(settings.window),
  windowSeconds: seconds(settings.window),
  retryAfterSeconds: 0,
});
