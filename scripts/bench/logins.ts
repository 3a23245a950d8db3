import { HttpClient } from './http-client.js';
import type { Person } from './people.js';

/** People who log in over and over. */
export interface LoginLoad {
  /** When each login so far was answered, in milliseconds of `performance.now()`. */
  readonly completedAtMs: readonly number[];
  /** Resolves with the first answer: from then on the hash queue is full. */
  readonly underWay: Promise<void>;
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
  let begin: () => void = () => undefined;
  const underWay = new Promise<void>((resolve) => (begin = resolve));
  const lane = async (person: Person): Promise<void> => {
    const { username, password } = person;
    while (!stopping.signal.aborted) {
      await client.expect(200, { method: 'POST', path: '/api/v1/auth/login', body: { username, password } });
      completedAtMs.push(performance.now());
      begin();
    }
  };
  const lanes = Promise.all(
    Array.from({ length: connections }, (_, index) => lane(people[index % people.length] as Person)),
  );
  // A refusal ends the wait, and is reported by stop.
  lanes.catch(begin);
  return {
    completedAtMs,
    underWay,
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
  await load.underWay;
  try {
    return await work();
  } finally {
    await load.stop();
  }
};
