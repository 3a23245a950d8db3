import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { followCommands } from '../commands.js';
import { captureStack, creationSite } from '../creation-site.js';
import type { ProcessLeak } from '../leak.js';
import { Patches, type Method } from '../patch.js';
import { pathsIn } from './command-paths.js';
import { FileLog } from './file-log.js';
import {
  exists,
  firstMissing,
  isDirectory,
  isInside,
  isWithin,
  isWriting,
  linkOf,
  nothing,
  pathOf,
  pathOfDescriptor,
  stateOf,
} from './file-state.js';
import { FileUndo, nameOf } from './file-undo.js';

/** Functions whose argument at this position is the file or directory that they create, change or remove. */
const writers: Readonly<Record<string, number>> = {
  ...{ writeFile: 0, appendFile: 0, mkdir: 0, open: 0, createWriteStream: 0 },
  ...{ copyFile: 1, cp: 1, symlink: 1, link: 1 },
  ...{ truncate: 0, unlink: 0, rm: 0, rmdir: 0 },
  ...{ chmod: 0, chown: 0, utimes: 0, lutimes: 0 },
};

/** The same for functions that get a file descriptor. */
const descriptorWriters: readonly string[] = ['fchmod', 'fchown', 'futimes'];

/** Functions that create a directory with a random name, which they return. */
const makers: readonly string[] = ['mkdtemp'];

/** Whether the options of a function are those to remove a directory with its files. */
const isRecursive = (options: unknown): boolean =>
  typeof options === 'object' && options !== null && 'recursive' in options && options.recursive === true;

/**
 * Tracks the files and directories that steps create, change or remove. Of those that other processes write, it tracks the ones in
 * the project and in the temporary folder that their command names.
 */
export class FileWrites {
  readonly #patches = new Patches();
  #log = new FileLog();
  #isUndoing = false;

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
    for (const [target, name] of [
      [fs, 'rename'],
      [fs, 'renameSync'],
      [fs.promises, 'rename'],
    ] as const) {
      this.#patches.method(target, name, (original) => this.#followRename(original));
    }
    for (const name of descriptorWriters) {
      for (const each of [name, `${name}Sync`]) {
        this.#patches.method(fs, each, (original) => this.#followDescriptor(original, name === 'futimes'));
      }
    }
    for (const name of makers) {
      this.#patches.method(fs, `${name}Sync`, (original) => this.#followMade(original));
      this.#patches.method(fs.promises, name, (original) => this.#followMade(original));
    }
    followCommands(this.#patches, (command) => {
      const stack = captureStack();
      for (const path of pathsIn(command)) {
        if (isInside(path, this.root) || isInside(path, tmpdir())) this.#note(path, { stack });
      }
    });
    this.#patches.publish();
  }

  /** Puts the functions of Node.js back. */
  uninstall(): void {
    this.#patches.undo();
  }

  /** Begins a scenario. */
  begin(): void {
    this.#log = new FileLog();
  }

  /** Removes what steps have created and left, restores what they have changed, and names it. */
  end(): ProcessLeak[] {
    this.#isUndoing = true;
    try {
      return new FileUndo(this.#log, this.root).run();
    } finally {
      this.#isUndoing = false;
      this.begin();
    }
  }

  #note(
    given: string,
    { stack = captureStack(), withTimes = false }: { stack?: Error; withTimes?: boolean } = {},
  ): void {
    const path = resolve(given);
    if (this.#isUndoing || this.#isIgnored(path)) return;
    this.#log.addChange(path, stack, stateOf(path, withTimes));
  }

  /** Whether a path is ignored. A project directory is never ignored, even after a step has moved it into an ignored directory. */
  #isIgnored(path: string): boolean {
    const origin = this.#log.originOf(path) ?? path;
    return this.ignored.some((directory) => isInside(origin, directory));
  }

  /** Notes a rename. Returns what to do when it has succeeded: a directory is moved back as a whole. */
  #noteRename(source: string, target: string): () => void {
    const [from, to, stack] = [resolve(source), resolve(target), captureStack()];
    const isIgnored = this.#isIgnored(from) && this.#isIgnored(to);
    this.#note(to, { stack });
    if (!isDirectory(from) || linkOf(from) !== undefined) this.#note(from, { stack });
    else if (!this.#isUndoing && !isIgnored) {
      return () => {
        this.#log.addMove(from, to, stack);
      };
    }
    return () => undefined;
  }

  /** A directory of the project with its files cannot be restored. */
  #rejectRemoval(given: string): void {
    const path = resolve(given);
    if (this.#isUndoing || !isDirectory(path) || !this.#hasProjectFiles(path)) return;
    const { isStepCode, place } = creationSite(captureStack(), this.root);
    if (!isStepCode) return;
    throw new Error(
      `a step removes the directory ${nameOf(path, this.root)} at ${String(place)}, which cannot be undone; copy it to the directory of the scenario first`,
    );
  }

  /** Whether a directory is one of the project, or has one that was moved there. */
  #hasProjectFiles(path: string): boolean {
    const isKept = (each: string): boolean =>
      (isWithin(each, this.root) || isInside(this.root, each)) && !this.#isIgnored(each);
    const moved = this.#log.moved().filter(({ location }) => isWithin(location, path) && exists(location));
    if (moved.some(({ origin }) => isKept(origin))) return true;
    const source = this.#log.movedByCommandFrom(path);
    if (source !== undefined) return isKept(source);
    return !this.#log.isCreated(path) && isKept(this.#log.originOf(path) ?? path);
  }

  #follow(original: Method, position: number, name: string): Method {
    const note = (args: readonly unknown[]): void => {
      const path = pathOf(args[position]);
      if (path === undefined || (name === 'open' && !isWriting(args[1]))) return;
      if (name === 'rm' || (name === 'rmdir' && isRecursive(args[1]))) this.#rejectRemoval(path);
      if (name === 'mkdir') this.#note(firstMissing(path));
      else this.#note(path, { withTimes: name.endsWith('utimes') });
    };
    return function (...args) {
      note(args);
      return original.apply(this, args);
    };
  }

  #followRename(original: Method): Method {
    const note = ([source, target]: readonly unknown[]): (() => void) => {
      const [from, to] = [pathOf(source), pathOf(target)];
      return from === undefined || to === undefined ? () => undefined : this.#noteRename(from, to);
    };
    return function (...args) {
      const [succeed, callback] = [note(args), args.at(-1)];
      if (typeof callback === 'function') {
        const noted = (error: unknown): void => {
          if (error === null || error === undefined) succeed();
          (callback as Method)(error);
        };
        return original.apply(this, [...args.slice(0, -1), noted]);
      }
      const result = original.apply(this, args);
      if (result instanceof Promise) return result.then(succeed);
      succeed();
      return result;
    };
  }

  #followDescriptor(original: Method, withTimes: boolean): Method {
    const note = (descriptor: unknown): void => {
      const path = pathOfDescriptor(descriptor);
      if (path !== undefined) this.#note(path, { withTimes });
    };
    return function (...args) {
      note(args[0]);
      return original.apply(this, args);
    };
  }

  #followMade(original: Method): Method {
    const note = (path: string, stack: Error): void => {
      if (this.#isIgnored(path)) return;
      this.#log.addChange(resolve(path), stack, nothing);
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
