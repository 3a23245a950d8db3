import { RateLimiterRes } from 'rate-limiter-flexible';
import RateLimiterStoreAbstract from 'rate-limiter-flexible/lib/RateLimiterStoreAbstract.js';
import type { Clock } from '../clock.js';
import type { Rule } from './policy.js';
import { evaluate, type Evaluation } from './usage.js';
import { UsageMap } from './usage-map.js';

/** What a store is made from. */
export interface MemoryStoreOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Stands before each key, such as `rollcall:login`. */
  readonly keyPrefix: string;
  /** Keys remembered at most; see UsageMap. */
  readonly capacity?: number;
}

/** The library's result together with the judgement that was made in the same step as the count. */
class Counted extends RateLimiterRes {
  constructor(
    readonly judgement: Evaluation,
    rule: Rule,
  ) {
    // The library calls an attempt refused when it consumed more than the points: so a refusal counts one too many here.
    const consumed = judgement.allowed ? judgement.used : Math.max(judgement.used, rule.ceiling) + 1;
    super(Math.max(0, rule.ceiling - consumed), judgement.resetMs, consumed, consumed === 1);
  }
}

const judgementOf = (result: unknown): Evaluation => {
  if (result instanceof Counted) return result.judgement;
  throw result instanceof Error ? result : new TypeError('the limiter store gave no judgement');
};

/**
 * A store of rate-limiter-flexible for one policy, in the memory of the process. The library's own memory store
 * measures with Date.now and holds a timer for each key (a window over 24.8 days never limits); this one follows the
 * clock service, is bounded, and leaves no timer. Counting and judging are one synchronous step, so attempts at the
 * same moment cannot both take the last place.
 */
export class MemoryStore extends RateLimiterStoreAbstract {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #usages: UsageMap;

  constructor({ clock, keyPrefix, capacity }: MemoryStoreOptions) {
    super({ keyPrefix, points: 0, duration: 0, storeClient: undefined });
    this.#clock = clock;
    this.#usages = new UsageMap(capacity);
  }

  /** The number of keys remembered. */
  get size(): number {
    return this.#usages.size;
  }

  /** Counts one attempt of the key, if the rule lets it through. */
  async attempt(key: string, rule: Rule): Promise<Evaluation> {
    this.points = rule.ceiling;
    this.duration = rule.windowMs / 1000;
    // The library compares with `points` a moment after the count, when another attempt may have brought newer
    // settings. Whether it resolves or rejects is therefore not asked: the judgement made with the count decides.
    return judgementOf(await this.consume(key, 1, { rule }).catch((refusal: unknown) => refusal));
  }

  /** What an attempt would meet, without making one. */
  async look(key: string, rule: Rule): Promise<Evaluation> {
    return judgementOf(await this.get(key, { rule }));
  }

  /** Forgets all keys. */
  clear(): void {
    this.#usages.clear();
  }

  // The four methods below are what the library asks of a store.

  /** @throws {TypeError} without a rule: penalty, reward, set and block of the library would bypass it */
  protected _upsert(
    key: string,
    _points: number,
    _ms: number,
    _force: boolean,
    options: { rule?: Rule },
  ): Promise<Counted> {
    const { rule } = options;
    if (rule === undefined) throw new TypeError('a MemoryStore counts through attempt() only');
    const judgement = evaluate(this.#usages.get(key), rule, this.#clock.monotonicMs());
    this.#usages.set(key, judgement.usage, rule.ceiling);
    return Promise.resolve(new Counted(judgement, rule));
  }

  protected _get(key: string, options: { rule?: Rule }): Promise<Counted> {
    const { rule } = options;
    if (rule === undefined) throw new TypeError('a MemoryStore is read through look() only');
    return Promise.resolve(new Counted(evaluate(this.#usages.get(key), rule, this.#clock.monotonicMs()), rule));
  }

  protected _delete(key: string): Promise<boolean> {
    return Promise.resolve(this.#usages.delete(key));
  }

  protected _getRateLimiterRes(_key: string, _points: number, stored: Counted): Counted {
    return stored;
  }
}
