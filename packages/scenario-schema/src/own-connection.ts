import type pg from 'pg';

/** A connection of the kit. A test can end it, for example with `pg_terminate_backend()`; it is then opened again. */
export class OwnConnection {
  #client: pg.Client;
  #isLost = false;

  /**
   * @param first an open connection
   * @param reopen opens another one, with the same settings and locks
   */
  constructor(
    first: pg.Client,
    private readonly reopen: () => Promise<pg.Client>,
  ) {
    this.#client = this.#watched(first);
  }

  /** The present connection. */
  get client(): pg.Client {
    return this.#client;
  }

  /** Whether the present connection was lost. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Opens the connection again if it was lost. Returns whether it was. */
  async restore(): Promise<boolean> {
    if (!this.#isLost) return false;
    this.#client = this.#watched(await this.reopen());
    this.#isLost = false;
    return true;
  }

  #watched(client: pg.Client): pg.Client {
    client.once('end', () => {
      this.#isLost = true;
    });
    return client;
  }
}
