/**
 * `npm run mutation [-- text]`: plants each fault of scripts/mutation/*-faults.ts, one at a time, and runs the tests that must
 * fail. With a text, only faults in files whose path contains it. The files on disk do not change. The exit code is 1 if the
 * tests fail without a fault, a fault does not fit its file, or less than 90 % of the faults are noticed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { applyFault, faultVariable, type Fault } from './mutation/fault.js';
import { modelFaults } from './mutation/model-faults.js';
import { securityFaults } from './mutation/security-faults.js';
import { serviceFaults } from './mutation/service-faults.js';

const root = resolve(import.meta.dirname, '..');
const requiredPercent = 90;
const concurrency = 2;

/** @returns whether all tests passed */
const runTests = async (tests: readonly string[], fault: Fault | null): Promise<boolean> => {
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'scripts/mutation/vitest.config.ts'];
  const child = spawn(process.execPath, [...args, '--reporter=dot', ...tests], {
    cwd: root,
    stdio: fault === null ? 'inherit' : 'ignore',
    env: { ...process.env, [faultVariable]: JSON.stringify(fault) },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
};

const findStale = (selected: readonly Fault[]): string[] =>
  selected.flatMap((fault) => {
    try {
      applyFault(readFileSync(join(root, fault.file), 'utf8'), fault);
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });

const runAll = async (selected: readonly Fault[]): Promise<readonly Fault[]> => {
  const waiting = [...selected];
  const survivors: Fault[] = [];
  const next = async (): Promise<void> => {
    for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
      if (!(await runTests(fault.tests, fault))) continue;
      survivors.push(fault);
      console.log(`survived: ${fault.file}: ${fault.text} → ${fault.replacement}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, next));
  return survivors;
};

const main = async (filter: string): Promise<number> => {
  const selected = [...securityFaults, ...modelFaults, ...serviceFaults].filter(({ file }) => file.includes(filter));
  const stale = findStale(selected);
  for (const message of stale) console.error(message);
  if (stale.length > 0 || selected.length === 0) return 1;
  if (!(await runTests([...new Set(selected.flatMap(({ tests }) => tests))], null))) return 1;
  const survivors = await runAll(selected);
  const killed = selected.length - survivors.length;
  const percent = (killed / selected.length) * 100;
  console.log(`${String(killed)} of ${String(selected.length)} faults were noticed (${percent.toFixed(1)} %)`);
  return percent >= requiredPercent ? 0 : 1;
};

process.exitCode = await main(process.argv[2] ?? '');
