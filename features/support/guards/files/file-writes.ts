import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { followCommands, type Command } from '../commands.js';
import { captureStack, creationSite } from '../creation-site.js';
import type { ProcessLeak } from '../leak.js';
import { Patches, type Method } from '../patch.js';
import {
  attributesOf,
  contentOf,
  firstMissing,
  isChanged,
  isDirectory,
  isInside,
  isWriting,
  pathOf,
  pathOfDescriptor,
  restoreAttributes,
  type Attributes,
} from './file-state.js';

/** Functions whose argument at this position is the file or directory that they create, change or remove. */
const writers: Readonly<Record<string, number>> = {
  ...{ writeFile: 0, appendFile: 0, mkdir: 0, open: 0, createWriteStream: 0 },
  ...{ copyFile: 1, cp: 1, rename: 1, symlink: 1, link: 1 },
  ...{ truncate: 0, unlink: 0, rm: 0, rmdir: 0 },
  ...{ chmod: 0, chown: 0, utimes: 0, lutimes: 0 },
};

/** The same for functions that get a file descriptor. */
const descriptorWriters: readonly string[] = ['fchmod', 'fchown', 'futimes'];

/** Functions that create a directory with a random name, which they return. */
const makers: readonly string[] = ['mkdtemp'];

interface Written {
  readonly path: string;
  readonly stack: Error;
  /** The content before; null if there was none; undefined if it cannot be put back. */
  readonly before: Buffer | null | undefined;
  /** Undefined if there was nothing before. */
  readonly attributes: Attributes | undefined;
  /** What was renamed to this path. */
  readonly movedFrom: string | undefined;
}

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

/**
 * Tracks the files and directories that steps create, change or remove. Of those that other processes write, it tracks the ones in
 * the project and in the temporary folder that their command names.
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
    this.#written = [];
  }

  /** Removes what steps have created and left, restores what they have changed, and names it. */
  end(): ProcessLeak[] {
    const first = new Map<string, Written>();
    for (const written of this.#written) if (!first.has(written.path)) first.set(written.path, written);
    const leaks = [...first.values()].flatMap((written) => this.#undo(written));
    this.#written = [];
    return leaks;
  }

  #undo({ path, stack, before, attributes, movedFrom }: Written): ProcessLeak[] {
    const site = creationSite(stack, this.root);
    if (!site.isStepCode) return [];
    const leak = (what: string, cure: string): ProcessLeak[] => [
      { what: `${what} ${this.#nameOf(path)}`, where: site.place, cure },
    ];
    if (movedFrom !== undefined && fs.existsSync(path) && !fs.existsSync(movedFrom)) {
      fs.renameSync(path, movedFrom);
      return leak(
        `the directory ${this.#nameOf(movedFrom)}, renamed to`,
        'It was renamed back. Rename it in an After hook.',
      );
    }
    if (before !== undefined && isChanged(path, before)) {
      if (before === null) {
        fs.rmSync(path, { recursive: true, force: true });
        return leak('the file', 'It was removed. Use the directory of the scenario, or remove it in an After hook.');
      }
      fs.writeFileSync(path, before);
      restoreAttributes(path, attributes);
      return leak(
        'the changed file',
        'It was restored. Change the configuration of the scenario with this.operator instead.',
      );
    }
    if (!restoreAttributes(path, attributes)) return [];
    return leak(
      'changed permissions, owner or times of',
      'They were restored. Restore them in the step, or in an After hook.',
    );
  }

  #nameOf(path: string): string {
    return isInside(path, this.root) ? relative(this.root, path) : path;
  }

  #note(given: string, details: { stack?: Error; movedFrom?: string; withTimes?: boolean } = {}): void {
    const path = resolve(given);
    if (this.#isIgnored(path)) return;
    const { stack = captureStack(), movedFrom, withTimes = false } = details;
    const attributes = attributesOf(path, withTimes);
    this.#written.push({ path, stack, before: contentOf(path), attributes, movedFrom });
  }

  #isIgnored(path: string): boolean {
    return this.ignored.some((directory) => isInside(path, directory));
  }

  /** Whether the scenario has created a file or directory. */
  #isCreated(path: string): boolean {
    return this.#written.some(
      (written) => written.before === null && (written.path === path || isInside(path, written.path)),
    );
  }

  /** What a scenario has moved is moved back as a whole, unless it has created it. */
  #noteRename(source: string, target: string): void {
    const from = resolve(source);
    if (this.#isIgnored(from)) return;
    const isMovedBack = isDirectory(from) && !fs.existsSync(target) && !this.#isCreated(from);
    this.#note(target, isMovedBack ? { movedFrom: from } : {});
    this.#note(source);
  }

  /** A directory of the project with its files cannot be restored. */
  #rejectRemoval(path: string): void {
    const absolute = resolve(path);
    const isOfProject = absolute === this.root || isInside(absolute, this.root) || isInside(this.root, absolute);
    if (!isOfProject || !isDirectory(absolute) || this.#isIgnored(absolute) || this.#isCreated(absolute)) return;
    const { isStepCode, place } = creationSite(captureStack(), this.root);
    if (!isStepCode) return;
    throw new Error(
      `a step removes the directory ${this.#nameOf(absolute)} at ${String(place)}, which cannot be undone; copy it to the directory of the scenario first`,
    );
  }

  #follow(original: Method, position: number, name: string): Method {
    const note = (args: readonly unknown[]): void => {
      const path = pathOf(args[position]);
      if (path === undefined || (name === 'open' && !isWriting(args[1]))) return;
      if (name === 'rm') this.#rejectRemoval(path);
      if (name === 'rename') this.#noteRename(pathOf(args[0]) ?? '', path);
      else if (name === 'mkdir') this.#note(firstMissing(path));
      else this.#note(path, { withTimes: name.endsWith('utimes') });
    };
    return function (...args) {
      note(args);
      return original.apply(this, args);
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
      this.#written.push({ path, stack, before: null, attributes: undefined, movedFrom: undefined });
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
