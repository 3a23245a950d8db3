/** Keeps the log lines of one scenario; the destination of its apps' loggers. */
export class LogCapture {
  readonly #texts: string[] = [];

  /** Takes one line of JSON. */
  write(text: string): void {
    this.#texts.push(text);
  }

  /** The lines as objects. */
  lines(): Record<string, unknown>[] {
    return this.#texts.map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  /** The lines as they were written. */
  text(): string {
    return this.#texts.join('');
  }
}
