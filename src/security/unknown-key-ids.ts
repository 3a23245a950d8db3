import type { Clock } from '../clock.js';

const rememberedMs = 5000;
const mostRemembered = 1000;

/**
 * Remembers for five seconds up to a thousand key ids that the store does not contain, so that forged tokens do not cost a
 * query each.
 */
export class UnknownKeyIds {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Number of remembered key ids. */
  get size(): number {
    return this.#until.size;
  }

  /** Whether the store recently did not contain this key. */
  has(kid: string): boolean {
    const until = this.#until.get(kid);
    if (until === undefined) return false;
    if (this.#clock.monotonicMs() < until) return true;
    this.#until.delete(kid);
    return false;
  }

  /** Adds a key id; evicts the oldest one if there are too many. */
  add(kid: string): void {
    this.#until.delete(kid);
    this.#until.set(kid, this.#clock.monotonicMs() + rememberedMs);
    const [oldest] = this.#until.keys();
    if (this.#until.size > mostRemembered && oldest !== undefined) this.#until.delete(oldest);
  }
}
