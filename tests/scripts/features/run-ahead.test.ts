import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { aheadVariable } from '../../../scripts/features/run-facts.js';
import { waitUntil } from '../../support/wait-until.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves to the exit code. */
  readonly ended: Promise<number | null>;
}

describe('a run that is started ahead', () => {
  let reports: string;
  beforeEach(() => {
    reports = mkdtempSync(join(tmpdir(), 'rollcall-ahead-'));
    onTestFinished(() => {
      rmSync(reports, { recursive: true });
    });
  });

  const start = (): Run => {
    const args = ['--import', 'tsx', 'scripts/features/run.ts', '--reports', reports];
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, args, {
      ...{ cwd: root, env: { PATH, HOME, [aheadVariable]: '1' } },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let output = '';
    const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
    for (const stream of streams) {
      stream.on('data', (data: Buffer) => (output += data.toString()));
    }
    const read = Promise.all(streams.map((stream) => once(stream, 'end')));
    const ended = once(child, 'exit').then(async ([code]) => {
      await read;
      return code as number | null;
    });
    return { child, output: () => output, ended };
  };

  const workDirectories = ({ pid }: ChildProcess): string[] =>
    ['/dev/shm', tmpdir()]
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder))
      .filter((name) => name.startsWith(`rollcall-features-${String(pid)}-`));

  it('runs the paths that it is sent, and ends', async () => {
    const { child, output, ended } = start();
    child.send(['features/greet/greet.feature:3']);
    expect(await ended, output()).toBe(0);
    expect(JSON.parse(readFileSync(join(reports, 'summary.json'), 'utf8'))).toMatchObject({ failed: 0, skipped: 0 });
    expect(output()).toMatch(/^\d+ scenarios? passed/m);
    expect(workDirectories(child)).toEqual([]);
  });

  it('names a mistake in the paths, and leaves the reports of the previous run', async () => {
    const report = join(reports, 'junit.xml');
    writeFileSync(report, 'previous');
    const { child, output, ended } = start();
    child.send(['features/none.feature']);
    expect(await ended).toBe(2);
    expect(output()).toContain('features/none.feature');
    expect(readFileSync(report, 'utf8')).toBe('previous');
  });

  it('does nothing and leaves nothing if it is not needed', async () => {
    const { child, output, ended } = start();
    await waitUntil('it has begun', () => workDirectories(child).length === 1);
    child.disconnect();
    expect(await ended).toBe(0);
    expect(output()).toBe('');
    expect(workDirectories(child)).toEqual([]);
    expect(existsSync(join(reports, '.lock'))).toBe(false);
  });
});
