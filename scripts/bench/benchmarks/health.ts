import { HttpClient } from '../http-client.js';
import { duringLogins } from '../login-load.js';
import { formatMs, type Benchmark, type Row } from '../benchmark.js';
import { quantile } from '../statistics.js';

const loginConnections = 64;
const requests = 400;
const pauseMs = 10;

const measureLatencies = async (client: HttpClient): Promise<number[]> => {
  const times: number[] = [];
  for (let count = 0; count < requests; count += 1) {
    times.push((await client.expect(200, { path: '/api/healthz' })).ms);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return times;
};

const row = (name: string, times: readonly number[]): Row => {
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => formatMs(quantile(times, share)));
  return { name: `health, ${name}`, value: `p50 ${p50}, p99 ${p99}, max ${max}` };
};

/** Latency of a liveness probe, idle and with 64 logins in flight. */
export const health: Benchmark = {
  name: 'health',
  summary: 'latency of /api/healthz, idle and with 64 logins in flight',
  async run({ service, accounts }) {
    const client = new HttpClient(service.url, 1);
    try {
      const idle = await measureLatencies(client);
      const busy = await duringLogins(service.url, accounts, loginConnections, () => measureLatencies(client));
      return [row('idle', idle), row(`${loginConnections} logins in flight`, busy)];
    } finally {
      client.close();
    }
  },
};
