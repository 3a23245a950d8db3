import { LRUCache } from 'lru-cache';
import type { Usage } from './usage.js';

/** Keys remembered for one policy when nothing else is said; about 30 MB when full. */
export const keysPerPolicy = 100_000;

/**
 * The bounded memory of one policy: what each key has used, the least recently tried keys forgotten first.
 *
 * One list would let an attacker wash out the count of a guessed account by trying enough names once. So keys live in
 * two lists of half the capacity each: keys with little use in one, and in the other those that have used half of their
 * limit, are blocked, or whose block still grows. A key of the second list is forgotten only when capacity / 2 other
 * keys come as near to their own limits, and each of those attempts is counted under the attacker's addresses as well.
 */
export class UsageMap {
  readonly #light: LRUCache<string, Usage>;
  readonly #heavy: LRUCache<string, Usage>;

  /** @param capacity keys in both lists together, at least 2 */
  constructor(capacity: number = keysPerPolicy) {
    // A `max` would allocate all places at once, which is too dear for an app that serves one scenario.
    const options = { maxSize: Math.floor(capacity / 2), sizeCalculation: () => 1 };
    this.#light = new LRUCache(options);
    this.#heavy = new LRUCache(options);
  }

  /** The number of keys remembered. */
  get size(): number {
    return this.#light.size + this.#heavy.size;
  }

  get(key: string): Usage | undefined {
    return this.#heavy.get(key) ?? this.#light.get(key);
  }

  /** @param ceiling the limit in force, which decides on which list the key stands */
  set(key: string, usage: Usage, ceiling: number): void {
    const isHeavy = usage.used * 2 >= ceiling || usage.blockEnds > 0 || usage.blocks > 0;
    const [list, other] = isHeavy ? [this.#heavy, this.#light] : [this.#light, this.#heavy];
    other.delete(key);
    list.set(key, usage);
  }

  /** @returns whether the key was remembered */
  delete(key: string): boolean {
    return this.#heavy.delete(key) || this.#light.delete(key);
  }

  clear(): void {
    this.#light.clear();
    this.#heavy.clear();
  }
}
