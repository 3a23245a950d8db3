import { fileURLToPath } from 'node:url';
import { startChild, typescriptFile } from '../child-process.js';
import { HttpClient } from '../http-client.js';
import { formatRate, type Benchmark } from '../benchmark.js';
import { sampleReads } from '../read-load.js';
import { compare, warmUp } from '../statistics.js';

const connections = 32;
const rounds = 5;
const sampleSeconds = 2;
const minRatio = 0.2;
const path = '/api/v1/users/me';

/** Reads of the current user's profile, compared with a Koa app that only returns the same JSON. */
export const reads: Benchmark = {
  name: 'reads',
  summary: 'profile reads per second, compared with bare Koa',
  async run({ service, tokens }) {
    const client = new HttpClient(service.url, 1);
    const { text } = await client.expect(200, { path, token: tokens[0] ?? '' });
    client.close();
    const script = fileURLToPath(new URL('../baselines/bare-koa.ts', import.meta.url));
    const koa = await startChild({ args: [...typescriptFile(script), text], env: { NODE_ENV: 'production' } }, 'url');
    const load = { connections, seconds: sampleSeconds };
    const subject = async (): Promise<number> =>
      (await sampleReads({ ...load, url: service.url + path, tokens })).perSecond;
    const baseline = async (): Promise<number> =>
      (await sampleReads({ ...load, url: String(koa.output['url']) })).perSecond;
    try {
      await warmUp(subject);
      await warmUp(baseline);
      const comparison = await compare(rounds, subject, baseline);
      return [
        {
          name: `profile reads, ${connections} connections`,
          value: `${formatRate(comparison.subject)}; bare Koa ${formatRate(comparison.baseline)}`,
          ratio: comparison.ratio,
          goal: `at least ${minRatio} of bare Koa`,
          isMet: comparison.ratio >= minRatio,
        },
      ];
    } finally {
      await koa.stop();
    }
  },
};
