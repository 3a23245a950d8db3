import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const script = `
  import { lockReports } from './scripts/features/report-lock.ts';
  lockReports(process.argv[1]);
  console.log('locked');
  if (process.argv[2] === 'wait') setInterval(() => undefined, 1000);
`;

/** A run that locks the directory. */
const lock = async (
  directory: string,
  then: 'end' | 'wait',
): Promise<{ output: string; pid: number; kill(): void }> => {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script, directory, then];
  const child = spawn(process.execPath, args, { cwd: root });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  await new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
    child.stdout.once('data', () => {
      if (then === 'wait') resolve();
    });
  });
  const { pid = 0 } = child;
  return { output, pid, kill: () => void child.kill('SIGKILL') };
};

describe('the directory of the reports', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rollcall-reports-'));
    path = join(directory, '.lock');
    onTestFinished(() => {
      rmSync(directory, { recursive: true });
    });
  });

  it('is locked until the run ends', async () => {
    expect((await lock(directory, 'end')).output).toBe('locked\n');
    expect(existsSync(path)).toBe(false);
  });

  it('cannot be used by two runs at once', async () => {
    const { pid } = await lock(directory, 'wait');
    const { output } = await lock(directory, 'end');
    expect(output).toContain(`Another run (process ${String(pid)}) is writing its reports to ${directory}.`);
    expect(readFileSync(path, 'utf8')).toBe(String(pid));
  });

  it('can be used after the run was killed', async () => {
    const first = await lock(directory, 'wait');
    first.kill();
    await expect.poll(() => existsSync(`/proc/${String(first.pid)}/cwd`), { timeout: 30_000 }).toBe(false);
    expect((await lock(directory, 'end')).output).toBe('locked\n');
  });

  it('names the file to delete, if the process may be another one', async () => {
    writeFileSync(path, String(process.ppid));
    expect((await lock(directory, 'end')).output).toContain(`delete ${path}.`);
  });
});
