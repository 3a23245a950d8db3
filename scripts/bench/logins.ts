import { EventEmitter, once } from 'node:events';
import { HttpClient } from './http-client.js';
import type { Person } from './people.js';

/** People who log in over and over. */
export interface LoginLoad {
  /** When each login so far was answered, in milliseconds of `performance.now()`. */
  readonly completedAtMs: readonly number[];
  /** Resolves when so many logins have been answered; with the first of them, the hash queue is full. */
  reached(count: number): Promise<void>;
  /** Sends no more and waits for the answers under way. */
  stop(): Promise<void>;
}

/**
 * Starts a number of connections that log in without a pause.
 * @returns a load whose `stop` rejects when a login was refused
 */
export const startLogins = (url: string, people: readonly Person[], connections: number): LoginLoad => {
  const client = new HttpClient(url, connections);
  const completedAtMs: number[] = [];
  const stopping = new AbortController();
  const answered = new EventEmitter();
  const lane = async (person: Person): Promise<void> => {
    const { username, password } = person;
    while (!stopping.signal.aborted) {
      await client.expect(200, { method: 'POST', path: '/api/v1/auth/login', body: { username, password } });
      completedAtMs.push(performance.now());
      answered.emit('one');
    }
  };
  const lanes = Promise.all(
    Array.from({ length: connections }, (_, index) => lane(people[index % people.length] as Person)),
  );
  return {
    completedAtMs,
    async reached(count) {
      // A refusal ends the wait with its error.
      while (completedAtMs.length < count) await Promise.race([once(answered, 'one'), lanes]);
    },
    async stop() {
      stopping.abort();
      try {
        await lanes;
      } finally {
        client.close();
      }
    },
  };
};

/** Runs work while the given number of logins is in flight all the time. */
export const duringLogins = async <T>(
  url: string,
  people: readonly Person[],
  connections: number,
  work: () => Promise<T>,
): Promise<T> => {
  const load = startLogins(url, people, connections);
  try {
    await load.reached(1);
    return await work();
  } finally {
    await load.stop();
  }
};
