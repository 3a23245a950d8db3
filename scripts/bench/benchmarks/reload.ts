import { HttpClient } from '../http-client.js';
import { duringLogins } from '../login-load.js';
import { formatMs, type Benchmark, type Row } from '../benchmark.js';
import type { Service } from '../service.js';
import { quantile } from '../statistics.js';

const loginConnections = 64;
const changes = 10;
const pollPauseMs = 5;
const maxMs = 1000;

/** Toggles a setting in a file and polls until it takes effect; returns the delays in milliseconds. */
const toggle = async (service: Service, client: HttpClient): Promise<number[]> => {
  const delays: number[] = [];
  for (let count = 0; count < changes; count += 1) {
    const isEnabled = count % 2 === 0;
    service.configure(`api:\n  v2Enabled: ${isEnabled}\n`);
    const writtenAt = performance.now();
    const expectedStatus = isEnabled ? 200 : 404;
    const body = { name: 'Ada' };
    while ((await client.send({ method: 'POST', path: '/api/v2/greet', body })).status !== expectedStatus) {
      if (performance.now() - writtenAt > 60_000) {
        throw new Error('a changed setting did not take effect within a minute');
      }
      await new Promise((resolve) => setTimeout(resolve, pollPauseMs));
    }
    delays.push(performance.now() - writtenAt);
  }
  return delays;
};

const row = (name: string, delays: readonly number[]): Row => {
  const max = quantile(delays, 1);
  return {
    name: `a changed file takes effect, ${name}`,
    value: `median ${formatMs(quantile(delays, 0.5))}, max ${formatMs(max)}`,
    goal: `at most ${formatMs(maxMs)}`,
    isMet: max <= maxMs,
  };
};

/** From the change of local.yaml to the first response that reflects it, idle and with 64 logins in flight. */
export const reload: Benchmark = {
  name: 'reload',
  summary: 'time until a changed setting takes effect, idle and with 64 logins in flight',
  async run({ service, accounts }) {
    const client = new HttpClient(service.url, 1);
    try {
      const idle = await toggle(service, client);
      const busy = await duringLogins(service.url, accounts, loginConnections, () => toggle(service, client));
      return [row('idle', idle), row(`${loginConnections} logins in flight`, busy)];
    } finally {
      client.close();
    }
  },
};
