import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { typescriptFile } from '../child.js';
import { milliseconds, type Measure, type Row } from '../measure.js';

/** Lines of the table that `scripts/bench/isolation.ts` prints: a name and three times in milliseconds. */
const line = /^(\S.*?) {2,}([\d.]+) +([\d.]+) +([\d.]+)$/gm;

const leastRatio = 4;
const mostMs = 3;

/** What a clean schema costs a scenario, in a process of its own on a cluster of its own. */
export const isolation: Measure = {
  name: 'isolation',
  summary: 'what a clean schema costs a scenario, leased against fresh',
  async run() {
    const script = fileURLToPath(new URL('../isolation.ts', import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, typescriptFile(script), { encoding: 'utf8' });
    const found = [...stdout.matchAll(line)].map(([, name = '', ...times]) => ({ name, times: times.map(Number) }));
    const medianOf = (start: string): number => found.find(({ name }) => name.startsWith(start))?.times[0] ?? NaN;
    const [lease, ratio] = [medianOf('lease'), medianOf('fresh') / medianOf('lease')];
    if (status !== 0 || Number.isNaN(ratio)) throw new Error(`isolation.ts has failed:\n${stdout}${stderr}`);
    const rows = found.map(({ name, times: [median = NaN, p95 = NaN, p99 = NaN] }): Row => ({
      name: `a clean schema, ${name}`,
      value: `median ${milliseconds(median)}, p95 ${milliseconds(p95)}, p99 ${milliseconds(p99)}`,
    }));
    const verdict: Row = {
      name: 'a clean schema, fresh to lease',
      value: `${milliseconds(medianOf('fresh'))}; leased ${milliseconds(lease)}`,
      ratio,
      goal: `at least ${leastRatio}, lease at most ${mostMs} ms`,
      isMet: ratio >= leastRatio && lease <= mostMs,
    };
    return [...rows, verdict];
  },
};
