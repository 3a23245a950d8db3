import pg from 'pg';
import { part } from './query.js';

/** A connection that is kept, and when it is ready. */
interface Kept {
  readonly pg: pg.Client;
  readonly ready: Promise<unknown>;
}

/**
 * Asks the server whether it lives, on a connection of its own: a full pool says nothing about the server.
 * The connection is kept between pings and given up at the first doubt.
 */
export class Pinger {
  #client: Kept | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly settings: pg.ClientConfig) {}

  /**
   * Whether the server answers a constant query; never throws. Pings at the same time share one query.
   * @param timeoutMs how long the answer is waited for, connecting included
   */
  async ping(timeoutMs: number): Promise<boolean> {
    if (this.#closed) return false;
    const running = (this.#running ??= this.#ask());
    let timer: NodeJS.Timeout | undefined;
    const expiry = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => {
        // What hangs is given up, so that the next ping starts anew.
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

  /** Closes the connection; later pings say no. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running !== undefined) this.#giveUp();
    else if (this.#client !== undefined) await part(this.#client.pg);
  }

  /** A connection that was kept may have died unheard; a new one tells about the server. */
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
      await client.ready;
      await client.pg.query('SELECT 1');
    } catch (error) {
      this.#forget(client);
      throw error;
    }
  }

  #make(): Kept {
    const client = new pg.Client(this.settings);
    const kept = { pg: client, ready: client.connect() };
    const forget = (): void => {
      this.#forget(kept);
    };
    client.on('error', forget);
    client.on('end', forget);
    return kept;
  }

  #forget(client: Kept | undefined): void {
    client?.pg.connection.stream.destroy();
    if (this.#client === client) this.#client = undefined;
  }

  #giveUp(): void {
    this.#running = undefined;
    this.#forget(this.#client);
  }
}
