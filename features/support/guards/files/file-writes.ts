import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve, sep } from 'node:path';
import { followCommands, type Command } from '../commands.js';
import { captureStack, creationSite } from '../creation-site.js';
import type { ProcessLeak } from '../leak.js';
import { Patches, type Method } from '../patch.js';

/** Functions whose argument at this position is the file or directory that they create, change or remove. */
const writers: Readonly<Record<string, number>> = {
  ...{ writeFile: 0, appendFile: 0, mkdir: 0, open: 0, createWriteStream: 0 },
  ...{ copyFile: 1, cp: 1, rename: 1, symlink: 1, link: 1 },
  ...{ truncate: 0, unlink: 0, rm: 0 },
};

/** Functions that create a directory with a random name, which they return. */
const makers: readonly string[] = ['mkdtemp'];

interface Written {
  readonly path: string;
  readonly stack: Error;
  /** The content before; null if there was none; undefined if it cannot be put back. */
  readonly before: Buffer | null | undefined;
}

const contentOf = (path: string): Buffer | null | undefined => {
  try {
    // Reading a named pipe would wait for a writer.
    return fs.statSync(path).isFile() ? fs.readFileSync(path) : undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? null : undefined;
  }
};

const isChanged = (path: string, before: Buffer | null): boolean =>
  before === null ? fs.existsSync(path) : contentOf(path)?.equals(before) !== true;

const isDirectory = (path: string): boolean => {
  try {
    return fs.statSync(path).isDirectory();
  } catch {
    // It does not exist, or a part of it is a file.
    return false;
  }
};

/** The paths that a command may write: what it names, also in the directories that it names. */
const pathsIn = ({ words, directory }: Command): Set<string> => {
  const names = words
    .flatMap((word) => word.split(/[\s'"`;&|<>()=]+/))
    .filter((name) => name !== '' && name.length < 256)
    .slice(0, 100);
  const paths = new Set(names.map((name) => resolve(directory, name)));
  for (const folder of [...paths].filter(isDirectory)) {
    for (const name of names) paths.add(resolve(folder, name)).add(join(folder, basename(name)));
  }
  return paths;
};

const isInside = (path: string, directory: string): boolean => path.startsWith(`${resolve(directory)}${sep}`);

/**
 * Tracks the files and directories that steps create, change or remove in the project and in the temporary folder. Of those that
 * other processes write, it tracks the ones that their command names.
 */
export class FileWrites {
  readonly #patches = new Patches();
  #written: Written[] = [];

  /**
   * @param root the directory of the project
   * @param ignored directories in which files may be left
   */
  constructor(
    private readonly root: string,
    private readonly ignored: readonly string[],
  ) {}

  /** Replaces the functions of Node.js that create files. */
  install(): void {
    for (const [name, position] of Object.entries(writers)) {
      for (const [target, each] of [
        [fs, name],
        [fs, `${name}Sync`],
        [fs.promises, name],
      ] as const) {
        this.#patches.method(target, each, (original) => this.#follow(original, position, name));
      }
    }
    for (const name of makers) {
      this.#patches.method(fs, `${name}Sync`, (original) => this.#followMade(original));
      this.#patches.method(fs.promises, name, (original) => this.#followMade(original));
    }
    followCommands(this.#patches, (command) => {
      const stack = captureStack();
      for (const path of pathsIn(command)) this.#note(path, stack);
    });
    this.#patches.publish();
  }

  /** Puts the functions of Node.js back. */
  uninstall(): void {
    this.#patches.undo();
  }

  /** Begins a scenario. */
  begin(): void {
    this.#written = [];
  }

  /** Removes what steps have created and left, restores what they have changed, and names it. */
  end(): ProcessLeak[] {
    const first = new Map<string, Written>();
    for (const written of this.#written) if (!first.has(written.path)) first.set(written.path, written);
    this.#written = [];
    return [...first.values()].flatMap((written) => this.#undo(written));
  }

  #undo({ path, stack, before }: Written): ProcessLeak[] {
    if (before === undefined || !isChanged(path, before)) return [];
    const site = creationSite(stack, this.root);
    if (!site.isStepCode) return [];
    if (before === null) fs.rmSync(path, { recursive: true, force: true });
    else fs.writeFileSync(path, before);
    return [
      {
        what: `the ${before === null ? 'file' : 'changed file'} ${isInside(path, this.root) ? relative(this.root, path) : path}`,
        where: site.place,
        cure:
          before === null
            ? 'It was removed. Use the directory of the scenario, or remove it in an After hook.'
            : 'It was restored. Change the configuration of the scenario with this.operator instead.',
      },
    ];
  }

  #note(path: string, stack = captureStack()): void {
    const absolute = resolve(path);
    const isWatched = isInside(absolute, this.root) || isInside(absolute, tmpdir());
    if (!isWatched || this.ignored.some((directory) => isInside(absolute, directory))) return;
    this.#written.push({ path: absolute, stack, before: contentOf(absolute) });
  }

  #follow(original: Method, position: number, name: string): Method {
    const [isOpen, isRename] = [name === 'open', name === 'rename'];
    const note = (path: string): void => {
      this.#note(path);
    };
    return function (...args) {
      const target = args[position];
      const isReading = isOpen && !/[wa+]/.test(String(args[1]));
      if (typeof target === 'string' && !isReading) note(target);
      if (isRename && typeof args[0] === 'string') note(args[0]);
      return original.apply(this, args);
    };
  }

  #followMade(original: Method): Method {
    const note = (path: string, stack: Error): void => {
      const isWatched = isInside(path, this.root) || isInside(path, tmpdir());
      if (isWatched && !this.ignored.some((directory) => isInside(path, directory))) {
        this.#written.push({ path, stack, before: null });
      }
    };
    return function (...args) {
      const stack = captureStack();
      const made = original.apply(this, args) as string | Promise<string>;
      if (typeof made === 'string') note(made, stack);
      else {
        void made.then(
          (path) => {
            note(path, stack);
          },
          () => undefined,
        );
      }
      return made;
    };
  }
}
