import { HttpClient } from '../http-client.js';
import { milliseconds, type Measure, type Row } from '../measure.js';
import { openSessions, type Person } from '../people.js';
import type { Service } from '../service.js';
import { median, quantile } from '../statistics.js';

const sessionsEach = 5;
const flushes = 50;
const mostMs = 20;

const row = (name: string, times: readonly number[]): Row => ({
  name,
  value: `median ${milliseconds(median(times))}, p95 ${milliseconds(quantile(times, 0.95))}`,
});

const withGoal = (found: Row, times: readonly number[]): Row => ({
  ...found,
  goal: `median at most ${milliseconds(mostMs)}`,
  isMet: median(times) <= mostMs,
});

/** Logs out of many sessions, one after the other; how long each took, in milliseconds. */
const logOut = async ({ url }: Service, client: HttpClient, people: readonly Person[]): Promise<number[]> => {
  const times: number[] = [];
  for (const token of await openSessions(url, people, sessionsEach)) {
    const { ms } = await client.expect(204, { method: 'POST', path: '/api/v1/auth/logout', token });
    times.push(ms);
  }
  return times;
};

const flush = async (client: HttpClient, token: string): Promise<number[]> => {
  const times: number[] = [];
  for (let count = 0; count < flushes; count += 1) {
    const { ms } = await client.expect(200, { method: 'POST', path: '/api/v1/admin/cache/flush', token });
    times.push(ms);
  }
  return times;
};

/** What it costs that a change is in force on every instance when it is answered. */
export const instances: Measure = {
  name: 'instances',
  summary: 'logouts, and flushes that wait for the others, with one instance and with two',
  async run(stage) {
    const { service, people, admin } = stage;
    const client = new HttpClient(service.url, 1);
    try {
      const [token = ''] = await openSessions(service.url, [admin], 1);
      const alone = { logouts: await logOut(service, client, people), flushes: await flush(client, token) };
      const other = await stage.startAnother();
      try {
        const paired = { logouts: await logOut(service, client, people), flushes: await flush(client, token) };
        return [
          withGoal(row('logout, one instance', alone.logouts), alone.logouts),
          withGoal(row('logout, two instances', paired.logouts), paired.logouts),
          row('cache flush, one instance', alone.flushes),
          row('cache flush, two instances', paired.flushes),
        ];
      } finally {
        await other.stop();
      }
    } finally {
      client.close();
    }
  },
};
