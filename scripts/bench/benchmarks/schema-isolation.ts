import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { typescriptFile } from '../child-process.js';
import { formatMs, type Benchmark, type Row } from '../benchmark.js';

/** A row of the table that `scripts/bench/schema-isolation.ts` prints: a name and three durations in milliseconds. */
const line = /^(\S.*?) {2,}([\d.]+) +([\d.]+) +([\d.]+)$/gm;

/** Durations of one kind of schema, in milliseconds. */
interface SchemaFigures {
  readonly name: string;
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * Runs `scripts/bench/schema-isolation.ts`.
 * @throws {Error} with its output, if it fails
 */
export const measureSchemas = (...args: readonly string[]): readonly SchemaFigures[] => {
  const script = fileURLToPath(new URL('../schema-isolation.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [...typescriptFile(script), ...args], {
    encoding: 'utf8',
  });
  const figures = [...stdout.matchAll(line)].map(([, name = '', ...times]) => {
    const [median = NaN, p95 = NaN, p99 = NaN] = times.map(Number);
    return { name, median, p95, p99 };
  });
  if (status !== 0 || figures.length === 0) throw new Error(`schema-isolation.ts failed:\n${stdout}${stderr}`);
  return figures;
};

/** Durations as text. */
export const formatFigures = ({ median, p95, p99 }: SchemaFigures): string =>
  `median ${formatMs(median)}, p95 ${formatMs(p95)}, p99 ${formatMs(p99)}`;

const minRatio = 4;
const maxMs = 3;

/** The time that a scenario spends on its schema, measured in a separate process with a separate PostgreSQL. */
export const schemaIsolation: Benchmark = {
  name: 'schema-isolation',
  summary: 'time that a scenario spends on its schema, leased or newly created',
  async run() {
    const results = measureSchemas();
    const medianOf = (start: string): number => results.find(({ name }) => name.startsWith(start))?.median ?? NaN;
    const [lease, ratio] = [medianOf('lease'), medianOf('fresh') / medianOf('lease')];
    const rows = results.map((figures): Row => ({
      name: `a clean schema, ${figures.name}`,
      value: formatFigures(figures),
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
