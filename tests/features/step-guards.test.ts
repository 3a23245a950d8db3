import childProcess, { spawn, spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExitGuard } from '../../features/support/guards/calls/exit-guard.js';
import { FileWrites } from '../../features/support/guards/files/file-writes.js';
import { StrayErrors } from '../../features/support/guards/stray-errors.js';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

describe('files', () => {
  let project: string;
  let files: FileWrites;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'rollcall-project-'));
    mkdirSync(join(project, 'config'));
    mkdirSync(join(project, 'reports'));
    writeFileSync(join(project, 'config', 'default.yaml'), 'a: 1');
    files = new FileWrites(root, [join(project, 'reports')]);
    files.install();
    files.begin();
  });
  afterEach(() => {
    files.uninstall();
    rmSync(project, { recursive: true });
  });

  it('that the service or a test wrote are no leak of a step', () => {
    writeFileSync(join(project, 'config', 'local.yaml'), 'b: 1');
    expect(files.end()).toEqual([]);
    expect(existsSync(join(project, 'config', 'local.yaml'))).toBe(true);
  });

  it('that a step wrote are removed or restored', () => {
    const step = runInThisContext(
      `(fs, [added, changed, report]) => {
        fs.writeFileSync(added, 'b');
        fs.appendFileSync(changed, 'b');
        fs.writeFileSync(report, 'b');
      }`,
      { filename: `${root}/features/steps/x.ts` },
    ) as (module: typeof fs, paths: readonly string[]) => void;
    const [added, changed, report] = ['config/local.yaml', 'config/default.yaml', 'reports/x.txt'].map((name) =>
      join(project, name),
    ) as [string, string, string];
    step(fs, [added, changed, report]);
    expect(files.end()).toEqual([
      expect.objectContaining({
        what: `the file ${added}`,
        where: expect.stringMatching(/^features\/steps\/x\.ts:\d+$/) as string,
      }),
      expect.objectContaining({ what: `the changed file ${changed}` }),
    ]);
    expect(existsSync(added)).toBe(false);
    expect(readFileSync(changed, 'utf8')).toBe('a: 1');
    expect(existsSync(report)).toBe(true);
  });
});

describe('files that a command of a step writes', () => {
  it('are removed or restored if the command names them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-project-'));
    mkdirSync(join(folder, 'config'));
    writeFileSync(join(folder, 'changed'), 'a');
    writeFileSync(join(folder, 'kept'), 'a');
    const files = new FileWrites(root, []);
    files.install();
    try {
      files.begin();
      const step = runInThisContext(
        `(child, cwd) => {
          child.execSync('cd config && echo b > added', { cwd });
          child.spawnSync('cp', ['kept', 'config'], { cwd });
          return new Promise((resolve) => child.exec('echo b >> changed; cat kept', { cwd }, resolve));
        }`,
        { filename: `${root}/features/steps/x.ts` },
      ) as (child: unknown, directory: string) => Promise<unknown>;
      await step(childProcess, folder);
      expect(files.end()).toEqual([
        expect.objectContaining({
          what: `the file ${folder}/config/added`,
          where: expect.stringMatching(/^features\/steps\/x\.ts:\d+$/) as string,
        }),
        expect.objectContaining({ what: `the file ${folder}/config/kept` }),
        expect.objectContaining({ what: `the changed file ${folder}/changed` }),
      ]);
      expect(readdirSync(join(folder, 'config'))).toEqual([]);
      expect(readFileSync(join(folder, 'changed'), 'utf8')).toBe('a');
    } finally {
      files.uninstall();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('files that a step removes', () => {
  it('are restored', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-project-'));
    const [removed, renamed] = ['removed', 'renamed'].map((name) => join(folder, name)) as [string, string];
    for (const path of [removed, renamed]) writeFileSync(path, 'a');
    const files = new FileWrites(root, []);
    files.install();
    try {
      files.begin();
      const step = runInThisContext(
        '(fs, removed, renamed) => { fs.rmSync(removed); fs.renameSync(renamed, renamed + 2); }',
        { filename: `${root}/features/steps/x.ts` },
      ) as (module: typeof fs, ...paths: string[]) => void;
      step(fs, removed, renamed);
      expect(files.end().map(({ what }) => what)).toEqual([
        `the changed file ${removed}`,
        `the file ${renamed}2`,
        `the changed file ${renamed}`,
      ]);
      expect([removed, renamed, `${renamed}2`].map((path) => existsSync(path))).toEqual([true, true, false]);
    } finally {
      files.uninstall();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('an attempt to end the process', () => {
  it('is also an error if it bypasses process.exit(), or is aimed at the process that started this one', () => {
    const guard = new ExitGuard(root);
    guard.install();
    try {
      guard.begin();
      expect(() => {
        (process as unknown as { reallyExit: (code: number) => void }).reallyExit(0);
      }).toThrow(/process\.reallyExit\(0\)/);
      expect(() => process.kill(process.ppid, 'SIGTERM')).toThrow(/process\.kill/);
      expect(() => {
        process.disconnect();
      }).toThrow(/process\.disconnect/);
    } finally {
      guard.uninstall();
    }
  });

  it('is not what Node.js does when the parent process has ended', async () => {
    const script = `
      import { ExitGuard } from ${JSON.stringify(join(root, 'features/support/guards/calls/exit-guard.ts'))};
      const guard = new ExitGuard(${JSON.stringify(root)});
      process.once('disconnect', () => {
        guard.uninstall();
        process.exit(3);
      });
      process.on('message', () => undefined);
      guard.install();
      process.send('ready');`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'message');
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([3, null]);
  });

  it('is an error of the step', () => {
    const guard = new ExitGuard(root);
    guard.install();
    try {
      guard.begin();
      expect(() => process.exit(0)).toThrow(/a step called process\.exit\(0\).*, which would end the run/);
      expect(() => process.kill(process.pid, 'SIGKILL')).toThrow(/process\.kill/);
      expect(process.kill(process.pid, 0)).toBe(true);
      expect(guard.end()).toHaveLength(2);
    } finally {
      guard.uninstall();
    }
  });
});

describe('the end of a process with the guard', () => {
  it('is still possible for the runner', () => {
    const module = JSON.stringify(join(root, 'features/support/guards/calls/exit-guard.ts'));
    const code = `import { ExitGuard } from ${module};
      const exit = process.exit.bind(process);
      new ExitGuard('/').install();
      setInterval(() => exit(7), 1);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', timeout: 20_000 });
    expect({ status, stderr }).toEqual({ status: 7, stderr: '' });
  });
});

describe('errors that nobody handles', () => {
  it('belong to the scenario that started the operation, also after its end', async () => {
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const errors = new StrayErrors();
    errors.install();
    try {
      const gate = new EventEmitter();
      const rejectLater = async (): Promise<void> => {
        await once(gate, 'opened');
        throw new Error('after the end');
      };
      errors.begin('first');
      errors.run(() => {
        void Promise.reject(new Error('at once'));
        void rejectLater();
      });
      expect(await errors.end(true)).toEqual([expect.stringMatching(/^unhandled promise rejection: Error: at once/)]);
      errors.begin('second');
      errors.run(() => gate.emit('opened'));
      // Node.js reports it before the end waits for a turn of the event loop.
      expect(await errors.end(true)).toEqual([]);
      expect(errors.late).toEqual([{ scenario: 'first', problem: expect.stringMatching(/after the end/) as string }]);
    } finally {
      errors.uninstall();
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
  });

  it('are still found after a step has replaced the callback of the process', async () => {
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const errors = new StrayErrors();
    errors.install();
    try {
      errors.begin('first');
      process.setUncaughtExceptionCaptureCallback(null);
      process.setUncaughtExceptionCaptureCallback(() => undefined);
      expect(await errors.end(true)).toEqual([
        'it changed the callback of process.setUncaughtExceptionCaptureCallback(), which was restored',
      ]);
      errors.begin('second');
      expect(await errors.end(true)).toEqual([]);
      errors.run(() => {
        setTimeout(() => {
          throw new Error('thrown');
        }, 0);
      });
      await pause(20);
      expect(errors.late).toEqual([{ scenario: 'a scenario', problem: expect.stringMatching(/thrown/) as string }]);
    } finally {
      errors.uninstall();
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
  });
});
