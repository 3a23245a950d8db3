/**
 * `npm run bench:features -- [--suite] [--unit]`: measures 10,000 leases and new schemas and, if asked, a run of all features in two
 * processes and all unit tests, and prints the results with their goals. Exits with 1 if a measurement fails; a missed goal does not.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Row } from './benchmark.js';
import { formatFigures, measureSchemas } from './benchmarks/schema-isolation.js';
import { describeHost } from './host.js';
import { plainTable } from './table.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const scenarios = 10_000;

const { values } = parseArgs({ options: { suite: { type: 'boolean' }, unit: { type: 'boolean' } } });

const schemaRows = (): Row[] => {
  const figures = measureSchemas(String(scenarios));
  const find = (start: string): (typeof figures)[number] => {
    const found = figures.find(({ name }) => name.startsWith(start));
    if (found === undefined) throw new Error(`schema-isolation.ts printed no row that begins with "${start}"`);
    return found;
  };
  const [fresh, lease, first, last] = [find('fresh'), find('lease, 1'), find('lease, first'), find('lease, last')];
  const [ratio, drift] = [fresh.median / lease.median, last.median / first.median];
  return [
    {
      name: `lease, empty and verify, ${scenarios.toLocaleString('en')} times`,
      value: formatFigures(lease),
      goal: 'median, p95, p99: at most 2, 5, 10 ms',
      isMet: lease.median <= 2 && lease.p95 <= 5 && lease.p99 <= 10,
    },
    { name: 'new schema / lease', value: formatFigures(fresh), ratio, goal: 'at least 15', isMet: ratio >= 15 },
    {
      name: 'last 100 leases / first 100',
      value: formatFigures(last),
      ratio: drift,
      goal: 'at most 1.2',
      isMet: drift <= 1.2,
    },
  ];
};

/** Runs an npm script and measures how long it takes. */
const durationRow = (name: string, args: readonly string[], goalSeconds: number): Row => {
  const startedMs = performance.now();
  const { status, stdout } = spawnSync('npm', ['run', '--silent', ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 100 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`npm run ${args.join(' ')} failed:\n${stdout}`);
  const seconds = (performance.now() - startedMs) / 1000;
  const passed = /^(\d+) scenarios passed/m.exec(stdout)?.[1];
  return {
    name: passed === undefined ? name : `${name}, ${passed} scenarios`,
    value: `${seconds.toFixed(0)} s`,
    goal: `at most ${String(goalSeconds)} s`,
    isMet: seconds <= goalSeconds,
  };
};

const { cpu, cores, node, loadAtStart } = describeHost();
const rows = schemaRows();
if (values.suite) rows.push(durationRow('all features, two processes', ['features', '--', '--parallel', '2'], 60));
if (values.unit) rows.push(durationRow('all unit tests', ['test:unit'], 180));
console.log(
  `${cpu}, ${String(cores)} cores; Node ${node}; load average before the start ${String(loadAtStart)}\n\n${plainTable(rows)}`,
);
