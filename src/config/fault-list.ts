import type { ConfigFault } from './fault.js';

/** Faults of one layer that are told one by one. */
const mostFaults = 100;

/** What is wrong with one layer: the first faults as they are, and behind them one that says how many more there are. */
export class FaultList {
  readonly #faults: ConfigFault[] = [];
  #left = 0;

  constructor(private readonly file: string) {}

  /** @param make not called for a fault that is only counted, so that thousands of them cost nothing */
  add(make: () => ConfigFault): void {
    if (this.#faults.length >= mostFaults) this.#left += 1;
    else this.#faults.push(make());
  }

  /** The faults to tell. */
  toArray(): readonly ConfigFault[] {
    if (this.#left === 0) return this.#faults;
    const message = this.#left === 1 ? '1 more error' : `${String(this.#left)} more errors`;
    return [...this.#faults, { key: null, file: this.file, code: 'more_faults', message }];
  }
}
