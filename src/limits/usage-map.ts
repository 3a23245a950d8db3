import { LRUCache } from 'lru-cache';
import type { Usage } from './usage.js';

/** Default maximum number of keys for one policy; about 30 MB. */
export const keysPerPolicy = 100_000;

/**
 * The state of the keys of one policy, with a maximum number of keys; the least recently used keys are evicted first.
 *
 * With one list, an attacker could evict the count of an account by trying many other names. So there are two lists, each with
 * half the capacity: one for keys below half of their limit, and one for keys that have reached it, are blocked, or have a
 * growing block. Evicting a key of the second list takes capacity / 2 other keys near their limits, and the attempts for them
 * count against the attacker's IP addresses.
 */
export class UsageMap {
  readonly #light: LRUCache<string, Usage>;
  readonly #heavy: LRUCache<string, Usage>;

  /** @param capacity keys in both lists together, at least 2 */
  constructor(capacity: number = keysPerPolicy) {
    // Unlike `maxSize`, `max` would allocate memory for all keys at once.
    const options = { maxSize: Math.floor(capacity / 2), sizeCalculation: () => 1 };
    this.#light = new LRUCache(options);
    this.#heavy = new LRUCache(options);
  }

  /** The number of keys. */
  get size(): number {
    return this.#light.size + this.#heavy.size;
  }

  get(key: string): Usage | undefined {
    return this.#heavy.get(key) ?? this.#light.get(key);
  }

  /** @param ceiling the current limit, which determines the list of the key */
  set(key: string, usage: Usage, ceiling: number): void {
    const isHeavy = usage.used * 2 >= ceiling || usage.blockEnds > 0 || usage.blocks > 0;
    const [list, other] = isHeavy ? [this.#heavy, this.#light] : [this.#light, this.#heavy];
    other.delete(key);
    list.set(key, usage);
  }

  /** @returns whether the key existed */
  delete(key: string): boolean {
    return this.#heavy.delete(key) || this.#light.delete(key);
  }

  clear(): void {
    this.#light.clear();
    this.#heavy.clear();
  }
}
