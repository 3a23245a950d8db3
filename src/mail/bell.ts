/**
 * Between those who write mail into the outbox and the worker that sends it: rung after the transaction has been
 * committed, it saves the mail the wait for the next look. Mail that nobody rings for is sent all the same.
 */
export class MailBell {
  #listener: (() => void) | undefined;

  /** Says that there may be mail to send. */
  wake(): void {
    this.#listener?.();
  }

  /**
   * Lets the worker listen; there is one for each app.
   * @returns ends it
   */
  listen(listener: () => void): () => void {
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }
}
