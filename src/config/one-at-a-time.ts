/**
 * Runs a task one at a time with at most one queued. Whoever comes while one is queued shares its outcome: it has not
 * begun, so it will see what they saw.
 */
export class OneAtATime<A, T> {
  #running: Promise<T> | null = null;
  #queued: Promise<T> | null = null;

  /** @param task must not reject */
  constructor(private readonly task: (argument: A) => Promise<T>) {}

  /** The outcome of a run that begins after this call. */
  run(argument: A): Promise<T> {
    if (this.#running === null) return this.#start(argument);
    this.#queued ??= this.#running.then(() => {
      this.#queued = null;
      return this.#start(argument);
    });
    return this.#queued;
  }

  /** Resolves when nothing runs and nothing is queued. */
  async idle(): Promise<void> {
    while (this.#running !== null) await (this.#queued ?? this.#running);
  }

  #start(argument: A): Promise<T> {
    const running = this.task(argument).finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }
}
