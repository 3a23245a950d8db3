import { execSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OrphanedProcesses } from '../../features/support/guards/resources/orphaned-processes.js';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A process that has ended may stay in the table of processes, without a command. */
const isRunning = (pid: string): boolean => {
  const path = `/proc/${pid}/cmdline`;
  return existsSync(path) && readFileSync(path, 'utf8') !== '';
};

describe('processes that other processes have started', () => {
  const processes = new OrphanedProcesses(root);
  beforeEach(() => {
    processes.install();
    processes.begin();
  });
  afterEach(() => {
    processes.uninstall();
  });

  it('are killed and named with the place', async () => {
    const shell = spawn('sh', ['-c', 'sleep 60 &'], { stdio: 'ignore' });
    await new Promise((resolve) => shell.once('exit', resolve));
    execSync('setsid sleep 61 >/dev/null 2>&1 &', { env: { PATH: process.env['PATH'] } });
    execSync('env -i setsid sleep 62 >/dev/null 2>&1 &');
    const found = await processes.end();
    // Other systems do not list the environment of processes.
    const commands = process.platform === 'linux' ? ['sleep 60', 'sleep 61', 'sleep 62'] : [];
    expect(found.map(({ what }) => /"(.*)"/.exec(what)?.[1]).sort()).toEqual(commands);
    for (const { what, where } of found) {
      expect(where).toMatch(/^tests\/features\/orphaned-processes\.test\.ts:\d+$/);
      expect(isRunning(/PID (\d+)/.exec(what)?.[1] ?? '')).toBe(false);
    }
    expect(await processes.end()).toEqual([]);
  });

  it('are no leak if they belong to another run of the features', async () => {
    const start = 'env -i ROLLCALL_FEATURES_WORK_DIRECTORY=/other setsid sleep 63 >/dev/null 2>&1 & echo $!';
    const pid = Number(execSync(start, { encoding: 'utf8' }));
    expect(await processes.end()).toEqual([]);
    process.kill(pid);
  });

  it('that end soon, or were started between scenarios, are no leak', async () => {
    execSync('sleep 0.2 >/dev/null 2>&1 &');
    expect(await processes.end()).toEqual([]);
    const between = spawn('sleep', ['60']);
    processes.begin();
    expect(await processes.end()).toEqual([]);
    expect(between.exitCode).toBeNull();
    between.kill();
  });
});
