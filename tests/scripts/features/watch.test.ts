import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { waitUntil } from '../../support/wait-until.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A run loads all sources, and may start the database. */
const timeoutMs = 120_000;

const featureText = (...names: readonly string[]): string =>
  [
    'Feature: Watched',
    ...names.map(
      (name) => `
  Scenario: ${name}
    When an anonymous client requests a greeting for "${name}"
    Then the greeting is "Hello ${name}!"`,
    ),
  ].join('\n');

/** A copy of the project with one feature. Everything but the runner, the steps and the feature is linked. */
const createProject = (): string => {
  const project = mkdtempSync(join(tmpdir(), 'rollcall-watch-'));
  onTestFinished(() => {
    rmSync(project, { recursive: true });
  });
  const copied = ['scripts', 'features/support', 'features/steps'];
  for (const name of copied) cpSync(join(root, name), join(project, name), { recursive: true });
  for (const name of readdirSync(root)) {
    if (!['.git', 'reports', 'scripts', 'features'].includes(name)) symlinkSync(join(root, name), join(project, name));
  }
  mkdirSync(join(project, 'features', 'watched'));
  return project;
};

/** The processes that run a script of the project. */
const processesOf = (project: string): string[] =>
  execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`${project}/scripts`))
    .map((line) => line.trim().split(' ')[0] ?? '');

/** The folders of runs of any project, by the PID in their name. */
const workDirectories = (): { readonly pid: string; readonly path: string }[] =>
  ['/dev/shm', tmpdir()]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => ({ name, path: join(folder, name) })))
    .flatMap(({ name, path }) => {
      const pid = /^rollcall-features-(\d+)-/.exec(name)?.[1];
      return pid === undefined ? [] : [{ pid, path }];
    });

const workDirectoriesOf = (pids: readonly string[]): string[] =>
  workDirectories()
    .filter(({ pid }) => pids.includes(pid))
    .map(({ path }) => path);

/** Whether a run has opened what its scenarios share, before it knows them. Processes are listed only if some run has. */
const isPrepared = (project: string): boolean => {
  const prepared = workDirectories().filter(({ path }) => existsSync(join(path, 'w0', 'base')));
  if (prepared.length === 0) return false;
  const pids = processesOf(project);
  return prepared.some(({ pid }) => pids.includes(pid));
};

describe('npm run features -- --watch', () => {
  it('runs a saved feature again, and ends with 0 on Ctrl-C, leaving nothing', { timeout: 2 * timeoutMs }, async () => {
    const project = createProject();
    const feature = join(project, 'features', 'watched', 'greeting.feature');
    writeFileSync(feature, featureText('Ada'));
    const { PATH, HOME } = process.env;
    const args = ['--import', 'tsx', join(project, 'scripts/features/run.ts'), '--watch', 'features/watched'];
    const child: ChildProcess = spawn(process.execPath, args, {
      ...{ cwd: project, env: { PATH, HOME }, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const signal = (name: NodeJS.Signals): void => {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, name);
    };
    onTestFinished(() => {
      signal('SIGKILL');
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => (output += data.toString()));
    }
    const ended = once(child, 'close');
    const printed = (text: RegExp, count: number): Promise<void> =>
      waitUntil(
        `${String(text)} is printed ${String(count)} times`,
        () => [...output.matchAll(text)].length >= count || child.exitCode !== null,
        timeoutMs,
      ).catch((error: unknown) => {
        throw new Error(output, { cause: error });
      });

    await printed(/^watching; save a file/gm, 1);
    expect(output).toMatch(/^1 scenario passed/m);
    writeFileSync(feature, featureText('Ada', 'Grace'));
    await printed(/^watching; save a file/gm, 2);
    expect(output).toMatch(/^2 scenarios passed/m);
    await waitUntil('the next run is prepared', () => isPrepared(project), timeoutMs);
    const pids = processesOf(project);
    expect(pids).toContain(String(child.pid));
    signal('SIGINT');
    const [code] = (await ended) as [number | null];
    expect(code, output).toBe(0);
    expect(processesOf(project)).toEqual([]);
    expect(workDirectoriesOf(pids)).toEqual([]);
  });
});
