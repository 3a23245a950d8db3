import { HttpClient } from '../http-client.js';
import { formatMs, type Benchmark, type Row } from '../benchmark.js';
import { openSessions, type Account } from '../accounts.js';
import type { Service } from '../service.js';
import { median, quantile } from '../statistics.js';

const sessionsPerAccount = 5;
const flushCount = 50;
const maxMs = 20;

const row = (name: string, times: readonly number[]): Row => ({
  name,
  value: `median ${formatMs(median(times))}, p95 ${formatMs(quantile(times, 0.95))}`,
});

const withGoal = (result: Row, times: readonly number[]): Row => ({
  ...result,
  goal: `median at most ${formatMs(maxMs)}`,
  isMet: median(times) <= maxMs,
});

/** Logs out of many sessions in sequence, and returns the durations in milliseconds. */
const logOut = async ({ url }: Service, client: HttpClient, accounts: readonly Account[]): Promise<number[]> => {
  const times: number[] = [];
  for (const token of await openSessions(url, accounts, sessionsPerAccount)) {
    const { ms } = await client.expect(204, { method: 'POST', path: '/api/v1/auth/logout', token });
    times.push(ms);
  }
  return times;
};

const flush = async (client: HttpClient, token: string): Promise<number[]> => {
  const times: number[] = [];
  for (let count = 0; count < flushCount; count += 1) {
    const { ms } = await client.expect(200, { method: 'POST', path: '/api/v1/admin/cache/flush', token });
    times.push(ms);
  }
  return times;
};

/** The cost of responding only after a change has taken effect on all instances. */
export const instances: Benchmark = {
  name: 'instances',
  summary: 'logouts and cache flushes with one instance and with two',
  async run(environment) {
    const { service, accounts, admin } = environment;
    const client = new HttpClient(service.url, 1);
    try {
      const [token = ''] = await openSessions(service.url, [admin], 1);
      const single = { logouts: await logOut(service, client, accounts), flushes: await flush(client, token) };
      const second = await environment.startSecondInstance();
      try {
        const paired = { logouts: await logOut(service, client, accounts), flushes: await flush(client, token) };
        return [
          withGoal(row('logout, one instance', single.logouts), single.logouts),
          withGoal(row('logout, two instances', paired.logouts), paired.logouts),
          row('cache flush, one instance', single.flushes),
          row('cache flush, two instances', paired.flushes),
        ];
      } finally {
        await second.stop();
      }
    } finally {
      client.close();
    }
  },
};
