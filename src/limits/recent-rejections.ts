import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { Rule } from './policy.js';
import { evaluate, type Usage } from './usage.js';

/** Keys remembered at most. */
const capacity = 10_000;

/** How long a refusal is believed before the database is asked again, in milliseconds. */
const believedMs = 100;

/**
 * A filter in front of counters in the database: someone who is refused again and again costs one query in 100 ms. The time is
 * that short because another instance may clear the counter at any moment.
 */
export class RecentRejections {
  readonly #clock: Clock;
  readonly #rejections = new LRUCache<string, { readonly usage: Usage; readonly untilMs: number }>({
    // A `max` would allocate all places at once.
    maxSize: capacity,
    sizeCalculation: () => 1,
  });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Remembers a counter that has just refused; its times are wall times in milliseconds. */
  add(key: string, usage: Usage): void {
    this.#rejections.set(key, { usage, untilMs: this.#clock.monotonicMs() + believedMs });
  }

  /**
   * How long the key is still refused under a rule, in milliseconds; undefined when the database has to be asked.
   * @param nowMs the wall time of the request
   */
  find(key: string, rule: Rule, nowMs: number): number | undefined {
    const known = this.#rejections.get(key);
    if (known === undefined || this.#clock.monotonicMs() >= known.untilMs) return undefined;
    const { allowed, resetMs } = evaluate(known.usage, rule, nowMs);
    return allowed ? undefined : resetMs;
  }

  /** Forgets all refusals. */
  clear(): void {
    this.#rejections.clear();
  }
}
