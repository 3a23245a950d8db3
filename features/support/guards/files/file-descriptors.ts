import fs from 'node:fs';
import { relative, resolve } from 'node:path';
import timersPromises from 'node:timers/promises';
import { captureStack, creationSite } from '../creation-site.js';
import type { ProcessLeak } from '../leak.js';
import { Patches, type Method } from '../patch.js';
import { descriptorDirectory, pathOfDescriptor } from './file-state.js';

/** The original function, without tracking. */
const pause = timersPromises.setTimeout;

/** How long a file that is being closed may take, in milliseconds. */
const timeoutMs = 3_000;

/** What functions of `node:fs` return: a number, or an object that owns one. */
interface Opened {
  readonly fd?: number | null;
  readonly destroyed?: boolean;
  close?: () => unknown;
  closeSync?: () => void;
  destroy?: () => void;
}

/** A file that a function of `node:fs` has opened. */
interface OpenedFile {
  readonly path: string;
  readonly stack: Error;
  readonly target: number | Opened;
  /** Device and inode, to detect a reused descriptor; undefined if the file was not open yet, and on Linux. */
  readonly file: string | undefined;
}

/** The open files of the process; empty where the system does not list them: only those that steps open with `node:fs` are found then. */
const list = (): number[] => {
  try {
    return fs.readdirSync(descriptorDirectory).map(Number);
  } catch {
    return [];
  }
};

/** Identifies an open file. */
const fileOf = (fd: number): string | undefined => {
  try {
    const { dev, ino } = fs.fstatSync(fd);
    return `${String(dev)}:${String(ino)}`;
  } catch {
    return undefined;
  }
};

/** The path of an open file; undefined for sockets, pipes, devices and the like. */
const pathOf = (fd: number): string | undefined => {
  const path = pathOfDescriptor(fd);
  return path?.startsWith('/') === true && !/^\/(?:dev|proc|sys|memfd:)/.test(path) ? path : undefined;
};

const hasDescriptors = list().length > 0;

const fdOf = (target: number | Opened): number | undefined =>
  typeof target === 'number' ? target : (target.fd ?? undefined);

/** Finds files that a scenario has opened and not closed. */
export class FileDescriptors {
  readonly #patches = new Patches();
  #before: ReadonlySet<number> = new Set();
  #opened: OpenedFile[] = [];

  /** @param root the directory of the project */
  constructor(private readonly root: string) {}

  /** Replaces the functions of Node.js that open files. */
  install(): void {
    for (const name of ['openSync', 'opendirSync', 'createReadStream', 'createWriteStream']) {
      this.#patches.method(fs, name, (original) => this.#follow(original));
    }
    for (const name of ['open', 'opendir']) {
      this.#patches.method(fs, name, (original) => this.#followCallback(original));
      this.#patches.method(fs.promises, name, (original) => this.#followPromise(original));
    }
    this.#patches.publish();
  }

  /** Puts the functions of Node.js back. */
  uninstall(): void {
    this.#patches.undo();
  }

  /** Begins a scenario: the files that are open now belong to no scenario. */
  begin(): void {
    this.#opened = [];
    // The list itself contains the descriptor that it was read with, which is free again.
    this.#before = new Set(list().filter((fd) => fileOf(fd) !== undefined));
  }

  /** Closes what is still open, and names it. */
  async end(): Promise<ProcessLeak[]> {
    const deadline = performance.now() + timeoutMs;
    while ((this.#isOpening() || this.#left().length > 0) && performance.now() < deadline) await pause(10);
    const leaks = this.#left().map(({ fd, path }) => this.#close(fd, path));
    this.#opened = [];
    return leaks;
  }

  /** Whether a stream has not opened its file yet. */
  #isOpening(): boolean {
    return this.#opened.some(
      ({ target }) => typeof target === 'object' && target.fd === null && target.destroyed === false,
    );
  }

  #left(): { fd: number; path: string }[] {
    if (hasDescriptors) {
      return list().flatMap((fd) => {
        const path = this.#before.has(fd) ? undefined : pathOf(fd);
        const opened = path === undefined ? undefined : this.#openedAs(fd, path);
        // What a library opens does not belong to a step.
        const isOfProject = opened !== undefined && creationSite(opened.stack, this.root).packageName === undefined;
        return path !== undefined && isOfProject ? [{ fd, path }] : [];
      });
    }
    return this.#opened.flatMap(({ target, file, path }) => {
      const fd = fdOf(target);
      return fd === undefined || file === undefined || fileOf(fd) !== file ? [] : [{ fd, path }];
    });
  }

  #openedAs(fd: number, path?: string): OpenedFile | undefined {
    // A stream opens its file with a function that is followed as well; the stream knows the place.
    const isObject = ({ target }: OpenedFile): number => Number(typeof target === 'object');
    const candidates = [...this.#opened].reverse().sort((one, other) => isObject(other) - isObject(one));
    return candidates.find(({ target }) => fdOf(target) === fd) ?? candidates.find((opened) => opened.path === path);
  }

  #close(fd: number, path: string): ProcessLeak {
    const opened = this.#openedAs(fd, path);
    const inside = relative(this.root, path);
    const name = inside.startsWith('..') ? path : inside;
    const target = opened?.target;
    try {
      if (target === undefined || typeof target === 'number') fs.closeSync(fd);
      else if (target.destroy !== undefined) target.destroy();
      else if (target.closeSync !== undefined) target.closeSync();
      else void (target.close?.() as Promise<void> | undefined)?.catch(() => undefined);
    } catch {
      // It is being closed.
    }
    return {
      what: `the open file ${name} (descriptor ${String(fd)})`,
      where: opened && creationSite(opened.stack, this.root).place,
      cure: 'It was closed. Close it in the step, or in an After hook.',
    };
  }

  #note(path: unknown, target: unknown, stack: Error): void {
    if (typeof path !== 'string') return;
    const opened = target as number | Opened;
    const fd = hasDescriptors ? undefined : fdOf(opened);
    this.#opened.push({ path: resolve(path), stack, target: opened, file: fd === undefined ? undefined : fileOf(fd) });
  }

  #follow(original: Method): Method {
    const note = this.#note.bind(this);
    return function (...args) {
      const target = original.apply(this, args);
      note(args[0], target, captureStack());
      return target;
    };
  }

  #followCallback(original: Method): Method {
    const note = this.#note.bind(this);
    return function (...args) {
      const [stack, callback] = [captureStack(), args.at(-1)];
      if (typeof callback !== 'function') return original.apply(this, args);
      const noted = (error: unknown, target: unknown): void => {
        if (error === null || error === undefined) note(args[0], target, stack);
        (callback as Method)(error, target);
      };
      return original.apply(this, [...args.slice(0, -1), noted]);
    };
  }

  #followPromise(original: Method): Method {
    const note = this.#note.bind(this);
    return async function (...args) {
      const stack = captureStack();
      const target = await (original.apply(this, args) as Promise<unknown>);
      note(args[0], target, stack);
      return target;
    };
  }
}
