import { HttpClient } from '../http-client.js';
import type { Measure } from '../measure.js';
import type { Service } from '../service.js';

const warmUp = 50;
const reloads = 500;
const mostMegabytes = 20;
const scrapes = 20;

/** The number of the configuration in force; a request that fails ends the measurement. */
const revisionOf = async (client: HttpClient): Promise<number> => {
  const { text } = await client.expect(200, { path: '/api/info' });
  return (JSON.parse(text) as { config_revision: number }).config_revision;
};

/** Changes the file so many times, each once the one before is in force, and asks all the while. */
const reloadTimes = async (service: Service, client: HttpClient, times: number): Promise<number> => {
  let asked = 0;
  for (let count = 0; count < times; count += 1) {
    const before = await revisionOf(client);
    service.configure(`api:\n  v2Enabled: ${String(count % 2 === 0)}\n`);
    while ((await revisionOf(client)) === before) asked += 1;
  }
  return asked;
};

/** Memory in use as it is after a garbage collection: the least of several looks, with requests in between; bytes. */
const leastHeap = async (service: Service, client: HttpClient): Promise<number> => {
  const metrics = new HttpClient(service.metricsUrl, 1);
  let least = Infinity;
  for (let look = 0; look < scrapes; look += 1) {
    const { text } = await metrics.expect(200, { path: '/metrics' });
    least = Math.min(least, Number(/^nodejs_heap_size_used_bytes (\S+)$/m.exec(text)?.[1]));
    for (let count = 0; count < 200; count += 1) await revisionOf(client);
  }
  metrics.close();
  return least;
};

/** Memory that 500 reloads leave behind, and whether a request fails meanwhile. */
export const manyReloads: Measure = {
  name: 'many-reloads',
  summary: 'memory that 500 reloads leave behind, under requests',
  async run({ service }) {
    const client = new HttpClient(service.url, 1);
    try {
      await reloadTimes(service, client, warmUp);
      const before = await leastHeap(service, client);
      const asked = await reloadTimes(service, client, reloads);
      const grown = ((await leastHeap(service, client)) - before) / 1e6;
      const value = `${grown.toFixed(1)} MB more, ${asked.toLocaleString('en')} requests, none failed`;
      const goal = `at most ${String(mostMegabytes)} MB`;
      return [{ name: `memory after ${String(reloads)} reloads`, value, goal, isMet: grown <= mostMegabytes }];
    } finally {
      client.close();
    }
  },
};
