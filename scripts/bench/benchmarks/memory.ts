import { HttpClient } from '../http-client.js';
import type { Benchmark } from '../benchmark.js';

/** Memory of the service process according to its metrics, after the other benchmarks. */
export const memory: Benchmark = {
  name: 'memory',
  summary: 'resident memory of the service after the other benchmarks',
  async run({ service }) {
    const client = new HttpClient(service.metricsUrl, 1);
    const { text } = await client.expect(200, { path: '/metrics' });
    client.close();
    const read = (metric: string): string => {
      const value = new RegExp(`^${metric} (\\S+)$`, 'm').exec(text)?.[1];
      if (value === undefined) throw new Error(`/metrics does not contain ${metric}`);
      return `${Math.round(Number(value) / 1e6)} MB`;
    };
    const value = `${read('process_resident_memory_bytes')} resident, ${read('nodejs_heap_size_used_bytes')} of it used heap`;
    return [{ name: 'memory at the end', value }];
  },
};
