import type { Logger } from '../observability/logger.js';

/** Options for `FailoverMonitor`. */
export interface FailoverOptions {
  /** Replaces every connection with a new one. */
  readonly renew: () => void;
  /** Whether a new connection accepts writes. */
  readonly isWritable: () => Promise<boolean>;
  readonly log: Logger;
}

/** Interval of the check whether new connections accept writes, in milliseconds. */
const probeMs = 1_000;

/**
 * Replaces all connections if a statement fails because its session is read-only: the server was demoted, or all of it is
 * read-only. Sessions may stay read-only after the server accepts writes again, so the connections are then replaced a
 * second time. Until then, they stay in use, since reads work on them.
 */
export class FailoverMonitor {
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(private readonly options: FailoverOptions) {}

  /** Call this for each statement that failed because the session is read-only. */
  onReadOnly(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.options.log.warn({ event: 'database.read_only' }, 'database is read-only; replacing all connections');
    this.options.renew();
    this.#schedule();
  }

  /** Stops the checks. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#probe(), probeMs);
    this.#timer.unref();
  }

  async #probe(): Promise<void> {
    const isWritable = await this.options.isWritable().catch(() => false);
    if (this.#isClosed) return;
    if (!isWritable) {
      this.#schedule();
      return;
    }
    this.#timer = undefined;
    this.options.renew();
    this.options.log.info({ event: 'database.writable' }, 'database accepts writes again; replacing all connections');
  }
}
