import { HttpClient } from '../http-client.js';
import { duringLogins } from '../logins.js';
import { milliseconds, type Measure, type Row } from '../measure.js';
import type { Service } from '../service.js';
import { quantile } from '../statistics.js';

const loginConnections = 64;
const changes = 10;
const pollPauseMs = 5;
const mostMs = 1000;

/** Toggles a switch by file and asks until the next request is answered by it; each delay in milliseconds. */
const toggle = async (service: Service, client: HttpClient): Promise<number[]> => {
  const delays: number[] = [];
  for (let count = 0; count < changes; count += 1) {
    const isOn = count % 2 === 0;
    service.configure(`api:\n  v2Enabled: ${isOn}\n`);
    const writtenAt = performance.now();
    const wanted = isOn ? 200 : 404;
    const body = { name: 'Ada' };
    while ((await client.send({ method: 'POST', path: '/api/v2/greet', body })).status !== wanted) {
      if (performance.now() - writtenAt > 60_000) throw new Error('a changed setting has not bitten within a minute');
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
    value: `median ${milliseconds(quantile(delays, 0.5))}, max ${milliseconds(max)}`,
    goal: `at most ${milliseconds(mostMs)}`,
    isMet: max <= mostMs,
  };
};

/** From the write of local.yaml to the first answer that obeys it, idle and with 64 logins in flight. */
export const reload: Measure = {
  name: 'reload',
  summary: 'how long a changed setting takes to bite, idle and with 64 logins in flight',
  async run({ service, people }) {
    const client = new HttpClient(service.url, 1);
    try {
      const idle = await toggle(service, client);
      const busy = await duringLogins(service.url, people, loginConnections, () => toggle(service, client));
      return [row('idle', idle), row(`${loginConnections} logins in flight`, busy)];
    } finally {
      client.close();
    }
  },
};
