import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { typescriptFile } from '../child-process.js';
import { formatMs, type Benchmark, type Row } from '../benchmark.js';

/** A row of the table that `scripts/bench/schema-isolation.ts` prints: a name and three durations in milliseconds. */
const line = /^(\S.*?) {2,}([\d.]+) +([\d.]+) +([\d.]+)$/gm;

const minRatio = 4;
const maxMs = 3;

/** The time that a scenario spends on its schema, measured in a separate process with a separate PostgreSQL. */
export const schemaIsolation: Benchmark = {
  name: 'schema-isolation',
  summary: 'time that a scenario spends on its schema, leased or newly created',
  async run() {
    const script = fileURLToPath(new URL('../schema-isolation.ts', import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, typescriptFile(script), { encoding: 'utf8' });
    const results = [...stdout.matchAll(line)].map(([, name = '', ...times]) => ({ name, times: times.map(Number) }));
    const medianOf = (start: string): number => results.find(({ name }) => name.startsWith(start))?.times[0] ?? NaN;
    const [lease, ratio] = [medianOf('lease'), medianOf('fresh') / medianOf('lease')];
    if (status !== 0 || Number.isNaN(ratio)) throw new Error(`schema-isolation.ts failed:\n${stdout}${stderr}`);
    const rows = results.map(({ name, times: [median = NaN, p95 = NaN, p99 = NaN] }): Row => ({
      name: `a clean schema, ${name}`,
      value: `median ${formatMs(median)}, p95 ${formatMs(p95)}, p99 ${formatMs(p99)}`,
    }));
    const summary: Row = {
      name: 'a clean schema, fresh to lease',
      value: `${formatMs(medianOf('fresh'))}; leased ${formatMs(lease)}`,
      ratio,
      goal: `at least ${minRatio}, lease at most ${maxMs} ms`,
      isMet: ratio >= minRatio && lease <= maxMs,
    };
    return [...rows, summary];
  },
};
