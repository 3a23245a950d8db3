/**
 * Wakes the mail worker after a transaction that queued mail has been committed, so that the mail does not wait for the
 * next poll. Without the bell, mail is sent at the next poll.
 */
export class OutboxSignal {
  #listener: (() => void) | undefined;

  /** Says that there may be mail to send. */
  notify(): void {
    this.#listener?.();
  }

  /**
   * Lets the worker listen; there is one for each app.
   * @returns ends it
   */
  subscribe(listener: () => void): () => void {
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }
}
