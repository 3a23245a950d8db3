import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { Rule } from './policy.js';
import { evaluate, type Usage } from './usage.js';

/** Maximum number of keys. */
const capacity = 10_000;

/** Milliseconds until the database is queried again. */
const validMs = 100;

/**
 * Caches rejections of counters in the database for 100 ms, so that a client that retries constantly causes ten queries a second.
 * The time is short because another instance may clear the counter.
 */
export class RecentRejections {
  readonly #clock: Clock;
  readonly #rejections = new LRUCache<string, { readonly usage: Usage; readonly untilMs: number }>({
    // Unlike `maxSize`, `max` would allocate memory for all keys at once.
    maxSize: capacity,
    sizeCalculation: () => 1,
  });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds a counter that has just rejected an attempt; its times are wall times in milliseconds. */
  add(key: string, usage: Usage): void {
    this.#rejections.set(key, { usage, untilMs: this.#clock.monotonicMs() + validMs });
  }

  /**
   * The milliseconds for which a key is still rejected under a rule; undefined if the database must be queried.
   * @param nowMs the wall time of the request
   */
  find(key: string, rule: Rule, nowMs: number): number | undefined {
    const known = this.#rejections.get(key);
    if (known === undefined || this.#clock.monotonicMs() >= known.untilMs) return undefined;
    const { allowed, resetMs } = evaluate(known.usage, rule, nowMs);
    return allowed ? undefined : resetMs;
  }

  /** Deletes all rejections. */
  clear(): void {
    this.#rejections.clear();
  }
}
