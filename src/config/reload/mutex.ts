/** Lets one piece of work happen at a time, in the order in which it came. */
export class Mutex {
  #last: Promise<unknown> | null = null;

  /** Runs work when everything that came before has ended, well or badly: at once, before this returns, when nothing runs. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last === null ? work() : this.#last.then(work);
    const ended: Promise<unknown> = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#last === ended) this.#last = null;
      });
    this.#last = ended;
    return turn;
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    while (this.#last !== null) await this.#last;
  }
}
