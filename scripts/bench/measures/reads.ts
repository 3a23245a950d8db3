import { fileURLToPath } from 'node:url';
import { startChild, typescriptFile } from '../child.js';
import { HttpClient } from '../http-client.js';
import { rate, type Measure } from '../measure.js';
import { readSlice } from '../reads.js';
import { compare, warmUp } from '../statistics.js';

const connections = 32;
const rounds = 5;
const sliceSeconds = 2;
const leastRatio = 0.2;
const path = '/api/v1/users/me';

/** GET of the own account against Koa that answers the same JSON and does nothing else. */
export const reads: Measure = {
  name: 'reads',
  summary: 'profile reads per second against a bare Koa answer',
  async run({ service, tokens }) {
    const client = new HttpClient(service.url, 1);
    const { text } = await client.expect(200, { path, token: tokens[0] ?? '' });
    client.close();
    const peer = fileURLToPath(new URL('../peers/bare-koa.ts', import.meta.url));
    const koa = await startChild({ args: [...typescriptFile(peer), text], env: { NODE_ENV: 'production' } }, 'url');
    const load = { connections, seconds: sliceSeconds };
    const ours = async (): Promise<number> => (await readSlice({ ...load, url: service.url + path, tokens })).perSecond;
    const theirs = async (): Promise<number> =>
      (await readSlice({ ...load, url: String(koa.announced['url']) })).perSecond;
    try {
      await warmUp(ours);
      await warmUp(theirs);
      const found = await compare(rounds, ours, theirs);
      return [
        {
          name: `profile reads, ${connections} connections`,
          value: `${rate(found.ours)}; bare Koa ${rate(found.theirs)}`,
          ratio: found.ratio,
          goal: `at least ${leastRatio} of bare Koa`,
          isMet: found.ratio >= leastRatio,
        },
      ];
    } finally {
      await koa.stop();
    }
  },
};
