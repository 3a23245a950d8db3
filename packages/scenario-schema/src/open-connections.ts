import type { EventEmitter } from 'node:events';
import pg from 'pg';
import { replaceMethod } from './replace-method.js';

/**
 * The clients and pools of `pg` that this process opens. When the kit ends their sessions, a client without a listener
 * for errors would throw, which would end the process or fail another scenario.
 */
export class OpenConnections {
  readonly #clients = new Set<pg.Client>();
  readonly #pools = new Set<pg.Pool>();
  readonly #undo: readonly (() => void)[];
  #isActive = true;

  /** Begins to record clients and pools. */
  constructor() {
    this.#undo = [
      replaceMethod(pg.Client.prototype, 'connect', (client, _, callOriginal) => {
        if (this.#isActive && client instanceof pg.Client) this.#addClient(client);
        return callOriginal();
      }),
      replaceMethod(pg.Pool.prototype, 'connect', (pool, _, callOriginal) => {
        if (this.#isActive && pool instanceof pg.Pool) this.#addPool(pool);
        return callOriginal();
      }),
    ];
  }

  /** Ignores the errors of clients and pools that have no listener for errors. */
  ignoreErrors(): void {
    const emitters: EventEmitter[] = [...this.#clients, ...this.#pools];
    for (const emitter of emitters) if (emitter.listenerCount('error') === 0) emitter.on('error', () => undefined);
  }

  /** Stops recording. */
  stop(): void {
    this.#isActive = false;
    for (const undo of this.#undo) undo();
  }

  #addClient(client: pg.Client): void {
    this.#clients.add(client);
    // Each pool of the process follows each client; Node.js warns about more than ten listeners.
    client.setMaxListeners(client.getMaxListeners() + 1);
    client.once('end', () => this.#clients.delete(client));
  }

  #addPool(pool: pg.Pool): void {
    for (const known of this.#pools) if (known.ending) this.#pools.delete(known);
    this.#pools.add(pool);
  }
}
