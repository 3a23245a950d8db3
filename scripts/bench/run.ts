/**
 * `npm run bench [-- name…] [--write] [--profile]`: measures the built service against what the machine can do, and
 * prints a table. Figures never fail a run; only a fault of the measurement does (exit 1; 2 for bad arguments).
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, machineSentence } from './machine.js';
import type { Measure, Row } from './measure.js';
import { health } from './measures/health.js';
import { instances } from './measures/instances.js';
import { isolation } from './measures/isolation.js';
import { logins } from './measures/logins.js';
import { manyReloads } from './measures/many-reloads.js';
import { memory } from './measures/memory.js';
import { readsUnderLogins } from './measures/reads-under-logins.js';
import { reads } from './measures/reads.js';
import { reload } from './measures/reload.js';
import { signatures } from './measures/signatures.js';
import { switches } from './measures/switches.js';
import { writeFigures } from './page.js';
import { Cleanup, openStage } from './stage.js';
import { markdownTable, plainTable } from './table.js';

const measures: readonly Measure[] = [
  reads,
  logins,
  readsUnderLogins,
  health,
  reload,
  manyReloads,
  signatures,
  switches,
  memory,
  instances,
  isolation,
];
const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

const help = `npm run bench [-- name…] [--write] [--profile]

${measures.map(({ name, summary }) => `  ${name.padEnd(20)}${summary}`).join('\n')}

  --write    puts the table of a full run into docs/performance.md
  --profile  leaves a CPU profile of the service in reports/`;

interface Options {
  readonly chosen: readonly Measure[];
  readonly write: boolean;
  readonly profile: boolean;
}

/** @throws {Error} that says what is wrong with the arguments */
const readOptions = (args: string[]): Options | 'help' => {
  const options = { write: { type: 'boolean' }, profile: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) return 'help';
  const unknown = positionals.filter((name) => measures.every((measure) => measure.name !== name));
  if (unknown.length > 0) throw new Error(`no measure is called ${unknown.join(', ')}`);
  if (values.write && positionals.length > 0) throw new Error('--write needs a full run, without names');
  const chosen = positionals.length === 0 ? measures : measures.filter(({ name }) => positionals.includes(name));
  return { chosen, write: values.write ?? false, profile: values.profile ?? false };
};

const build = (): void => {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: projectRoot, stdio: 'inherit' });
  if (status !== 0) throw new Error('the build has failed');
};

const measureAll = async ({ chosen, write, profile }: Options, cleanup: Cleanup): Promise<void> => {
  const machine = describeMachine();
  build();
  const stage = await openStage(
    projectRoot,
    cleanup,
    profile ? ['--cpu-prof', `--cpu-prof-dir=${projectRoot}reports`] : [],
  );
  const rows: Row[] = [];
  for (const measure of chosen) {
    console.error(`bench: ${measure.name}: ${measure.summary}`);
    rows.push(...(await measure.run(stage)));
  }
  const facts = machineSentence(machine, stage.postgresVersion);
  console.log(`${facts}\n\n${plainTable(rows)}`);
  if (write) writeFigures(`${projectRoot}docs/performance.md`, `${facts}\n\n${markdownTable(rows)}`);
};

const main = async (options: Options): Promise<number> => {
  const cleanup = new Cleanup();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanup.run().then(() => process.exit(130)));
  }
  try {
    await measureAll(options, cleanup);
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
