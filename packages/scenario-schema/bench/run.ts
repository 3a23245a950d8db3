/**
 * `npm run bench -w scenario-schema [-- scenarios]`: compares ways to get a clean schema, in one run on one machine
 * with one schema. The measured time is that of getting a clean schema and returning it, without the three INSERTs in
 * between. The ways alternate, so that other load on the machine affects all of them.
 *
 * `npm run bench -w scenario-schema -- --drift leases`: compares the first hundred leases with the last hundred.
 * With `--in-memory`, the files of PostgreSQL are in memory, if there is room, instead of on disk.
 */
import { parseArgs } from 'node:util';
import { startTemporaryServer } from 'embedded-postgres-server';
import { quantile } from '../src/measurements.js';
import { connect, leaseWay, newDatabase, pgliteWays, serverWays, tableCount, work, type Way } from './ways.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { drift: { type: 'string' }, 'in-memory': { type: 'boolean', default: false } },
});
const scenarios = Number(positionals[0] ?? 100);
/** Number of consecutive scenarios of one way. */
const turn = 5;
const measure = async (way: Way, count: number): Promise<number[]> => {
  const times: number[] = [];
  for (let number = 0; number < count; number += 1) {
    const startedMs = performance.now();
    const client = await way.clean();
    const cleanMs = performance.now() - startedMs;
    await work(client);
    const returnedMs = performance.now();
    await way.giveBack();
    times.push(cleanMs + performance.now() - returnedMs);
  }
  return times;
};

const median = (times: readonly number[]): number => quantile(times, 0.5);

const compare = async (url: string): Promise<void> => {
  const ways = await serverWays(url);
  const pglite = await pgliteWays().catch((error: unknown) => {
    console.log(`PGlite is not measured: ${error instanceof Error ? error.message : String(error)}\n`);
    return [];
  });
  ways.splice(-2, 0, ...pglite);
  const times = new Map(ways.map((way) => [way, [] as number[]]));
  for (const way of ways) await measure(way, way.limit === undefined ? 3 : 1);
  for (let done = 0; done < scenarios; done += turn) {
    for (const [way, measured] of times) {
      const rest = Math.min(scenarios, way.limit ?? scenarios) - measured.length;
      measured.push(...(await measure(way, Math.max(0, Math.min(turn, rest)))));
    }
  }
  const best = median(times.get(ways.at(-1) as Way) ?? []);
  console.log(
    '| Way to a clean schema | n | median | p95 | p99 | times the lease |\n| --- | --- | --- | --- | --- | --- |',
  );
  for (const [{ name }, measured] of times) {
    const columns = [0.5, 0.95, 0.99].map((share) => quantile(measured, share).toFixed(1));
    console.log(`| ${[name, measured.length, ...columns, (median(measured) / best).toFixed(1)].join(' | ')} |`);
  }
  for (const way of ways) await way.close();
};

const measureDrift = async (url: string, leases: number): Promise<void> => {
  const way = await leaseWay(await newDatabase(url, 'bench_drift'), false);
  await measure(way, 20);
  const times = await measure(way, leases);
  await way.close();
  const [first, last] = [median(times.slice(0, 100)), median(times.slice(-100))];
  console.log(
    `first 100 leases: median ${first.toFixed(2)} ms; last 100 of ${String(leases)}: median ${last.toFixed(2)} ms ` +
      `(${(last / first).toFixed(2)} times); all: median ${median(times).toFixed(2)}, p95 ${quantile(times, 0.95).toFixed(2)}, ` +
      `p99 ${quantile(times, 0.99).toFixed(2)} ms`,
  );
};

const server = await startTemporaryServer({ env: process.env, inMemory: values['in-memory'] });
try {
  const client = await connect(server.url);
  const { rows } = await client.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
  await client.end();
  console.log(`PostgreSQL ${rows[0]?.version ?? ''}, Node.js ${process.version}; ${String(tableCount)} tables`);
  if (values.drift === undefined) {
    console.log(`${String(scenarios)} scenarios each (n), in turns; milliseconds per scenario\n`);
    await compare(server.url);
  } else await measureDrift(server.url, Number(values.drift));
} finally {
  await server.stop();
}
