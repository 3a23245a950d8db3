import type { Logger } from '../observability/logger.js';

/** Options for `FailoverMonitor`. */
export interface FailoverOptions {
  /** Replaces every connection by new ones. */
  readonly renew: () => void;
  /** Whether a new connection takes writes. */
  readonly isWritable: () => Promise<boolean>;
  readonly log: Logger;
}

/** How often it is asked whether new connections take writes, in milliseconds. */
const probeMs = 1_000;

/**
 * Replaces the connections when one of them turns out to be read-only: the server was demoted, or is read-only as a whole.
 * Sessions may stay read-only after that has ended, so the connections are replaced once more when new ones take writes
 * again. Until then they stay in use, since reads work on them.
 */
export class FailoverMonitor {
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(private readonly options: FailoverOptions) {}

  /** To be called for each statement that was refused because its session is read-only. */
  onReadOnly(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.options.log.warn({ event: 'database.read_only' }, 'database is read-only; replacing all connections');
    this.options.renew();
    this.#schedule();
  }

  /** Stops asking. */
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
