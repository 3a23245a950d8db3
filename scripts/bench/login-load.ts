import { EventEmitter, once } from 'node:events';
import { HttpClient } from './http-client.js';
import type { Account } from './accounts.js';

/** A load of continuous logins. */
export interface LoginLoad {
  /** Times of the responses so far, in milliseconds of `performance.now()`. */
  readonly completedAtMs: readonly number[];
  /** Resolves after `count` logins. After the first one, the hash queue is full. */
  reached(count: number): Promise<void>;
  /** Stops sending logins and waits for the pending responses. */
  stop(): Promise<void>;
}

/**
 * Logs in continuously on several connections. `reached` and `stop` reject if a login fails.
 */
export const startLogins = (url: string, accounts: readonly Account[], connections: number): LoginLoad => {
  const client = new HttpClient(url, connections);
  const completedAtMs: number[] = [];
  const stopping = new AbortController();
  const responses = new EventEmitter();
  const worker = async (account: Account): Promise<void> => {
    const { username, password } = account;
    while (!stopping.signal.aborted) {
      await client.expect(200, { method: 'POST', path: '/api/v1/auth/login', body: { username, password } });
      completedAtMs.push(performance.now());
      responses.emit('response');
    }
  };
  const workers = Promise.all(
    Array.from({ length: connections }, (_, index) => worker(accounts[index % accounts.length] as Account)),
  );
  return {
    completedAtMs,
    async reached(count) {
      // A failed login rejects `workers`.
      while (completedAtMs.length < count) await Promise.race([once(responses, 'response'), workers]);
    },
    async stop() {
      stopping.abort();
      try {
        await workers;
      } finally {
        client.close();
      }
    },
  };
};

/** Runs a callback while the given number of logins is always in flight. */
export const duringLogins = async <T>(
  url: string,
  accounts: readonly Account[],
  connections: number,
  work: () => Promise<T>,
): Promise<T> => {
  const load = startLogins(url, accounts, connections);
  try {
    await load.reached(1);
    return await work();
  } finally {
    await load.stop();
  }
};
