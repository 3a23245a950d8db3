import { RateLimiterCompatibleAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { Clock } from '../clock.js';
import type { Rule } from './policy.js';
import { evaluate, type Evaluation } from './usage.js';
import { UsageMap } from './usage-map.js';

/** Options for `MemoryLimiter`. */
export interface MemoryLimiterOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Name of the limiter within a union of limiters, such as `rollcall:login`. */
  readonly keyPrefix: string;
  /** Maximum number of keys in memory; see `UsageMap`. */
  readonly capacity?: number;
}

/** Options of one call: the rule from the settings of the request. */
export interface CallOptions {
  readonly rule?: Rule;
}

/**
 * A limiter of rate-limiter-flexible for one policy, in the memory of the process. It replaces `RateLimiterMemory`, which cannot
 * apply changes of window and block to running ones, follow the clock service, or bound its memory (ADR 36). Counting and
 * deciding are one synchronous step, so concurrent attempts cannot exceed the limit.
 */
export class MemoryLimiter extends RateLimiterCompatibleAbstract {
  override readonly keyPrefix: string;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #usages: UsageMap;

  constructor({ clock, keyPrefix, capacity }: MemoryLimiterOptions) {
    super();
    this.keyPrefix = keyPrefix;
    this.#clock = clock;
    this.#usages = new UsageMap(capacity);
  }

  /** Number of keys in memory. */
  get size(): number {
    return this.#usages.size;
  }

  /**
   * Counts one attempt. Like every limiter of the library, it rejects with a `RateLimiterRes` if the attempt is not allowed.
   * @throws {TypeError} without a rule
   */
  override async consume(key: string, _points = 1, { rule }: CallOptions = {}): Promise<RateLimiterRes> {
    const evaluation = this.#evaluate(key, rule);
    this.#usages.set(key, evaluation.usage, evaluation.ceiling);
    const { allowed, used, resetMs, ceiling } = evaluation;
    const result = new RateLimiterRes(allowed ? ceiling - used : 0, resetMs, used, allowed && used === 1);
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the library's contract for rejected attempts
    if (!allowed) throw result;
    return result;
  }

  /**
   * The state of a key; null if nothing is counted for it.
   * @throws {TypeError} without a rule
   */
  override async get(key: string, { rule }: CallOptions = {}): Promise<RateLimiterRes | null> {
    const { allowed, used, resetMs, ceiling } = this.#evaluate(key, rule);
    if (!allowed) return new RateLimiterRes(0, resetMs, used, false);
    // The evaluation includes the next attempt, which was not made.
    return used === 1 ? null : new RateLimiterRes(ceiling - used + 1, resetMs, used - 1, false);
  }

  /** Deletes the count, the block and the growth of the block of a key. */
  override async delete(key: string): Promise<boolean> {
    return this.#usages.delete(key);
  }

  /** Deletes all keys. */
  clear(): void {
    this.#usages.clear();
  }

  #evaluate(key: string, rule: Rule | undefined): Evaluation & Pick<Rule, 'ceiling'> {
    if (rule === undefined) throw new TypeError('MemoryLimiter supports only calls with a rule');
    return { ...evaluate(this.#usages.get(key), rule, this.#clock.monotonicMs()), ceiling: rule.ceiling };
  }
}
