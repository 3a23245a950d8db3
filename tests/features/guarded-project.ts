import childProcess from 'node:child_process';
import fs, {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { afterEach, beforeEach } from 'vitest';
import { FileWrites } from '../../features/support/guards/files/file-writes.js';

/** The files in a project of `useGuardedProject`. */
export const originalFiles = { 'docker/kept': 'a', 'docs/kept': 'a' };

/** The entries of its directory; `link` leads to `docs`, and `own` is ignored. */
export const originalEntries = ['docker', 'docs', 'link', 'own'];

/** A project, and a directory outside of it, whose files are guarded. */
export class GuardedProject {
  readonly root = mkdtempSync(join(tmpdir(), 'rollcall-project-'));
  readonly outside = mkdtempSync(join(tmpdir(), 'rollcall-outside-'));
  readonly files = new FileWrites(this.root, [join(this.root, 'own')]);

  constructor() {
    for (const name of ['docker', 'docs', 'own']) mkdirSync(join(this.root, name));
    mkdirSync(join(this.outside, 'docker'));
    for (const path of [
      ...Object.keys(originalFiles).map((name) => join(this.root, name)),
      join(this.outside, 'docker/kept'),
    ]) {
      writeFileSync(path, 'a');
      chmodSync(path, 0o644);
    }
    symlinkSync('docs', join(this.root, 'link'));
    this.files.install();
    // The clock of a file system is a few milliseconds behind.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    this.files.begin();
  }

  /** Removes everything. */
  close(): void {
    this.files.uninstall();
    for (const directory of [this.root, this.outside]) rmSync(directory, { recursive: true });
  }

  /** Runs a step with `fs`, `child` for `node:child_process`, the `directory` and `at()` for the paths in it. */
  async step(body: string, directory = this.root): Promise<void> {
    const call = runInThisContext(`(async (fs, child, at, directory) => { ${body} })`, {
      filename: `${this.root}/features/steps/x.ts`,
    }) as (...values: unknown[]) => Promise<void>;
    await call(fs, childProcess, (name: string) => join(directory, name), directory);
  }

  /** Ends the scenario. Returns what it left, and what could not be undone. */
  problems(): string[] {
    return this.files.end().map(({ what, cure }) => (cure.includes('could not') ? `${what}: ${cure}` : what));
  }

  /** The files with their content. */
  contents(directory = this.root): Record<string, string> {
    return Object.fromEntries(
      filesIn(directory).map((path) => [path.slice(directory.length + 1), readFileSync(path, 'utf8')]),
    );
  }
}

/** The files in a directory. Node.js 24 also follows symbolic links with `recursive`. */
const filesIn = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() ? [path] : [];
  });

/** Creates a project for each test. Returns a function that returns it. */
export const useGuardedProject = (): (() => GuardedProject) => {
  let project: GuardedProject | undefined;
  beforeEach(() => {
    project = new GuardedProject();
  });
  afterEach(() => {
    project?.close();
  });
  return () => {
    if (project === undefined) throw new Error('there is no project outside of a test');
    return project;
  };
};
