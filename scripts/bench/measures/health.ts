import { HttpClient } from '../http-client.js';
import { duringLogins } from '../logins.js';
import { milliseconds, type Measure, type Row } from '../measure.js';
import { quantile } from '../statistics.js';

const loginConnections = 64;
const probes = 400;
const pauseMs = 10;

const probe = async (client: HttpClient): Promise<number[]> => {
  const times: number[] = [];
  for (let count = 0; count < probes; count += 1) {
    times.push((await client.expect(200, { path: '/api/healthz' })).ms);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return times;
};

const row = (name: string, times: readonly number[]): Row => {
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => milliseconds(quantile(times, share)));
  return { name: `health, ${name}`, value: `p50 ${p50}, p99 ${p99}, max ${max}` };
};

/** What a probe of liveness waits, idle and with 64 logins in flight. */
export const health: Measure = {
  name: 'health',
  summary: 'latency of /api/healthz, idle and with 64 logins in flight',
  async run({ service, people }) {
    const client = new HttpClient(service.url, 1);
    try {
      const idle = await probe(client);
      const busy = await duringLogins(service.url, people, loginConnections, () => probe(client));
      return [row('idle', idle), row(`${loginConnections} logins in flight`, busy)];
    } finally {
      client.close();
    }
  },
};
