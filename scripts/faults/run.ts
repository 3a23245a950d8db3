/**
 * `npm run faults [-- --instances 1,2,4] [--seed 1] [--reads 50000]`: overrides settings on instances of the built service while they
 * are killed, stopped, restarted and cut off from the database in a random order, under load. The exit code is 0 if every change
 * behaved as documented, no request failed, no response mixed old and new settings, and no revision decreased; otherwise 1.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ConfigView } from '../../src/contract/config.js';
import { startEmbeddedServer } from '../../src/database/embedded-server.js';
import { createLogger } from '../../src/observability/logger.js';
import { waitUntil } from '../../tests/support/wait-until.js';
import { Cleanup } from '../bench/environment.js';
import { newSecrets } from '../bench/service.js';
import { createDatabase } from '../bench/user-database.js';
import { faults, patch, set, type Run } from './faults.js';
import { Fleet } from './fleet.js';
import { moreFaults } from './more-faults.js';
import { Readers, settingsOf } from './readers.js';

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** Random numbers from 0 to 1 that depend on the seed only (mulberry32). */
const randomOf = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const shuffled = <T>(items: readonly T[], random: () => number): T[] => {
  const keyed = items.map((item) => ({ item, key: random() }));
  return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item);
};

interface Schedule {
  readonly count: number;
  readonly seed: number;
  readonly reads: number;
  readonly only: string;
}

/** Runs the schedule with some instances. @returns whether everything behaved as documented */
const runWith = async (schedule: Schedule, serverUrl: string, folder: string, cleanup: Cleanup): Promise<boolean> => {
  const { count, seed, reads, only } = schedule;
  const random = randomOf(seed);
  const databaseUrl = await createDatabase(serverUrl, `faults_${count}`);
  const options = { projectRoot, folder: join(folder, String(count)), databaseUrl, count, secrets: newSecrets() };
  const fleet = await Fleet.start(options);
  cleanup.add(() => fleet.stop());
  const pick = <T>(items: readonly T[]): T => {
    const found = items[Math.floor(random() * items.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  };
  // The readers would exceed the default limit of greetings.
  await patch(fleet, fleet.first, { changes: settingsOf(0) });
  const readers = new Readers(fleet);
  const run: Run = { fleet, readers, databaseUrl, pick, settled: 0, last: 0 };
  await set(run, fleet.first);
  let isGood = true;
  const chosen = [...faults, ...moreFaults].filter(
    ({ name, instances = 1 }) => instances <= count && name.includes(only),
  );
  for (const fault of shuffled(chosen, random)) {
    const startedAt = performance.now();
    readers.slowestMs = 0;
    try {
      const measured = await fault.run(run);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      console.log(
        `ok    ${fault.name}: ${measured} (${seconds} s, slowest response ${readers.slowestMs.toFixed()} ms)`,
      );
    } catch (error) {
      isGood = false;
      console.log(`WRONG ${fault.name}: ${String(error)} (slowest response ${readers.slowestMs.toFixed()} ms)`);
      // The faults after this one start from a known state.
      for (const member of fleet.members) {
        if (member.isCut) await fleet.cut(member, false);
        if (member.service === null) await fleet.start(member);
      }
      for (const member of fleet.members) await fleet.waitForDatabase(member);
      const { body } = await fleet.expect<ConfigView>(200, fleet.first, { path: '/api/v1/admin/config' });
      const revision = body.pending_confirmation?.revision;
      const path = '/api/v1/admin/config/revert';
      if (revision !== undefined) await fleet.send(fleet.first, { method: 'POST', path, body: { revision } });
      await set(run, fleet.first);
    }
  }
  await waitUntil(`${reads} reads`, () => readers.figures.reads >= reads, 600_000);
  await readers.stop();
  const { failed, mixed, decreased } = readers.figures;
  console.log(`${count} instances, seed ${seed}:`, readers.figures);
  for (const error of readers.errors) console.log(`      ${error}`);
  await cleanup.run();
  return isGood && failed === 0 && mixed === 0 && decreased === 0;
};

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '1,2,4' },
    seed: { type: 'string', default: '1' },
    reads: { type: 'string', default: '50000' },
    only: { type: 'string', default: '' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'rollcall-faults-'));
// As root, the server runs as another user, which needs access to its data directory.
chmodSync(folder, 0o755);
const cleanup = new Cleanup();
const server = await startEmbeddedServer({
  ...{ dataDir: join(folder, 'data'), log: createLogger('warn'), env: process.env },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void cleanup.run().then(() => process.exit(130)));
}
try {
  for (const count of values.instances.split(',').map(Number)) {
    const schedule = { count, seed: Number(values.seed), reads: Number(values.reads), only: values.only };
    if (!(await runWith(schedule, server.url, folder, cleanup))) process.exitCode = 1;
  }
} finally {
  await cleanup.run();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
