/**
 * `npm run bench [-- name…] [--write] [--profile]`: measures the built service, compares it with what the
 * machine can do, and prints a table. The exit code is 0 whatever the figures are, 1 if a benchmark failed, and 2 for
 * invalid arguments.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeHost, formatHost } from './host.js';
import type { Benchmark, Row } from './benchmark.js';
import { health } from './benchmarks/health.js';
import { instances } from './benchmarks/instances.js';
import { schemaIsolation } from './benchmarks/schema-isolation.js';
import { logins } from './benchmarks/logins.js';
import { manyReloads } from './benchmarks/many-reloads.js';
import { memory } from './benchmarks/memory.js';
import { readsUnderLogins } from './benchmarks/reads-under-logins.js';
import { reads } from './benchmarks/reads.js';
import { reload } from './benchmarks/reload.js';
import { signatures } from './benchmarks/signatures.js';
import { featureFlags } from './benchmarks/feature-flags.js';
import { writeFigures } from './figures.js';
import { Cleanup, startEnvironment } from './environment.js';
import { markdownTable, plainTable } from './table.js';

const benchmarks: readonly Benchmark[] = [
  reads,
  logins,
  readsUnderLogins,
  health,
  reload,
  manyReloads,
  signatures,
  featureFlags,
  memory,
  instances,
  schemaIsolation,
];
const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

const help = `npm run bench [-- name…] [--write] [--profile]

${benchmarks.map(({ name, summary }) => `  ${name.padEnd(20)}${summary}`).join('\n')}

  --write    writes the table of a full run to docs/performance.md
  --profile  writes a CPU profile of the service to reports/`;

interface Options {
  readonly selected: readonly Benchmark[];
  readonly write: boolean;
  readonly profile: boolean;
}

/** @throws {Error} if the arguments are invalid */
const readOptions = (args: string[]): Options | 'help' => {
  const options = { write: { type: 'boolean' }, profile: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) return 'help';
  const unknown = positionals.filter((name) => benchmarks.every((benchmark) => benchmark.name !== name));
  if (unknown.length > 0) throw new Error(`unknown benchmark: ${unknown.join(', ')}`);
  if (values.write && positionals.length > 0) throw new Error('--write requires a full run, without names');
  const selected = positionals.length === 0 ? benchmarks : benchmarks.filter(({ name }) => positionals.includes(name));
  return { selected, write: values.write ?? false, profile: values.profile ?? false };
};

const build = (): void => {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: projectRoot, stdio: 'inherit' });
  if (status !== 0) throw new Error('build failed');
};

const runBenchmarks = async ({ selected, write, profile }: Options, cleanup: Cleanup): Promise<void> => {
  const host = describeHost();
  build();
  const environment = await startEnvironment(
    projectRoot,
    cleanup,
    profile ? ['--cpu-prof', `--cpu-prof-dir=${projectRoot}reports`] : [],
  );
  const rows: Row[] = [];
  for (const benchmark of selected) {
    console.error(`bench: ${benchmark.name}: ${benchmark.summary}`);
    rows.push(...(await benchmark.run(environment)));
  }
  const hostLine = formatHost(host, environment.postgresVersion);
  console.log(`${hostLine}\n\n${plainTable(rows)}`);
  if (write) writeFigures(`${projectRoot}docs/performance.md`, `${hostLine}\n\n${markdownTable(rows)}`);
};

const main = async (options: Options): Promise<number> => {
  const cleanup = new Cleanup();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanup.run().then(() => process.exit(130)));
  }
  try {
    await runBenchmarks(options, cleanup);
    return 0;
  } catch (error) {
    console.error('bench:', error);
    return 1;
  } finally {
    await cleanup.run();
  }
};

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') console.log(help);
  else process.exitCode = await main(options);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  process.exitCode = 2;
}
