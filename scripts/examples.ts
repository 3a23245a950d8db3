/**
 * `npm run examples [-- name…]`: packs the packages, installs them from the tarballs into copies of the projects in examples/,
 * and runs the tests of each project with leased schemas, with parallel workers, and with a fresh schema for each test. All
 * runs must have the same results. A project that uses the service runs once, with the packed service. `--with
 * package@version` installs another version than that of the projects. The exit code is 1 if a project fails, and 2 for an
 * unknown name.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runExample, usesService } from './examples/run-example.js';
import { packPackages } from './packages/pack.js';
import { packService } from './packages/pack-service.js';

const folder = resolve(import.meta.dirname, '../examples');

/** Most of the time of an example is spent waiting for processes, so two run at once. */
const concurrency = 2;

const runAll = async (names: readonly string[], others: readonly string[]): Promise<boolean> => {
  const work = mkdtempSync(join(tmpdir(), 'rollcall-examples-'));
  try {
    const packages = [...packPackages(join(work, 'packages')), ...others];
    const service = names.some((name) => usesService(join(folder, name))) ? packService(join(work, 'service')) : null;
    const waiting = [...names];
    let hasFailed = false;
    const runNext = async (): Promise<void> => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const problems = await runExample(join(folder, name), join(work, name), packages, service);
        for (const problem of problems) console.error(`${name}: ${problem}`);
        hasFailed ||= problems.length > 0;
      }
    };
    await Promise.all(Array.from({ length: concurrency }, runNext));
    return !hasFailed;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const { values, positionals: requested } = parseArgs({
  allowPositionals: true,
  options: { with: { type: 'string', multiple: true, default: [] } },
});
const available = readdirSync(folder);
const unknown = requested.filter((name) => !available.includes(name));
if (unknown.length > 0) {
  console.error(`examples: unknown example ${unknown.join(', ')}; available: ${available.join(', ')}`);
  process.exitCode = 2;
} else {
  process.exitCode = (await runAll(requested.length > 0 ? requested : available, values.with)) ? 0 : 1;
}
