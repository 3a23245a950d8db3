import { closeConnection, destroyConnection, type PgConnection } from './query.js';

/** A connection that is open or being opened. */
interface KeptConnection {
  readonly ready: Promise<PgConnection>;
}

/**
 * Checks whether the server responds. Uses a separate connection, since an exhausted pool says nothing about the server. The
 * connection is reused by later pings and closed after the first error.
 */
export class Pinger {
  #client: KeptConnection | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly connect: () => Promise<PgConnection>) {}

  /**
   * Whether the server responds to a query; never throws. Concurrent pings share one query.
   * @param timeoutMs includes connecting, in milliseconds
   */
  async ping(timeoutMs: number): Promise<boolean> {
    if (this.#closed) return false;
    const running = (this.#running ??= this.#ask());
    let timer: NodeJS.Timeout | undefined;
    const expiry = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => {
        // A hanging connection is closed, so that the next ping opens a new one.
        if (this.#running === running) this.#giveUp();
        resolve(false);
      }, timeoutMs);
    });
    const answer = running.then(
      () => true,
      () => false,
    );
    try {
      return await Promise.race([answer, expiry]);
    } finally {
      clearTimeout(timer);
      if (this.#running === running) this.#running = undefined;
    }
  }

  /** Closes the connection; later pings return false. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running !== undefined) this.#giveUp();
    else if (this.#client !== undefined) await this.#client.ready.then(closeConnection).catch(() => undefined);
  }

  /** Closes the kept connection; the next ping opens a new one. */
  renew(): void {
    this.#forget(this.#client);
  }

  /** An idle connection may have been closed without notice, so a failed ping is retried on a new one. */
  async #ask(): Promise<void> {
    const isKept = this.#client !== undefined;
    try {
      await this.#askOnce();
    } catch (error) {
      if (!isKept || this.#closed) throw error;
      await this.#askOnce();
    }
  }

  async #askOnce(): Promise<void> {
    const client = (this.#client ??= this.#make());
    try {
      await (await client.ready).query('SELECT 1');
    } catch (error) {
      this.#forget(client);
      throw error;
    }
  }

  #make(): KeptConnection {
    const kept: KeptConnection = { ready: this.connect() };
    kept.ready.then(
      (connection) => {
        connection.once('end', () => {
          this.#forget(kept);
        });
      },
      () => {
        this.#forget(kept);
      },
    );
    return kept;
  }

  /** Discards a connection; one that is still being opened is closed once it is open. */
  #forget(client: KeptConnection | undefined): void {
    if (this.#client === client) this.#client = undefined;
    client?.ready.then(
      (connection) => {
        destroyConnection(connection, 'given up');
      },
      () => undefined,
    );
  }

  #giveUp(): void {
    this.#running = undefined;
    this.#forget(this.#client);
  }
}
