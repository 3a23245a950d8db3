/**
 * Wakes the mail worker after the commit of a transaction that queued email. Without the signal, the email would wait
 * for the next poll.
 */
export class OutboxSignal {
  #listener: (() => void) | undefined;

  /** Wakes the worker. */
  notify(): void {
    this.#listener?.();
  }

  /**
   * Sets the listener of the worker; each app has one worker.
   * @returns removes the listener
   */
  subscribe(listener: () => void): () => void {
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }
}
