import fs from 'node:fs';
import { relative } from 'node:path';
import { creationSite } from '../creation-site.js';
import type { ProcessLeak } from '../leak.js';
import { isCreation, isMove, type Change, type FileLog, type MovedDirectory } from './file-log.js';
import { exists, isDirectory, isInside, linkOf, olderPath } from './file-state.js';
import { moveBack, restorePath, type Difference } from './path-restore.js';

/** The names of differences, and how to fix them. */
const texts: Readonly<Record<Difference, readonly [what: string, cure: string]>> = {
  created: ['the file', 'It was removed. Use the directory of the scenario, or remove it in an After hook.'],
  changed: [
    'the changed file',
    'It was restored. Change the configuration of the scenario with this.operator instead.',
  ],
  'removed directory': ['the removed directory', 'It was restored. Copy it to the directory of the scenario instead.'],
  attributes: [
    'changed permissions, owner or timestamps of',
    'They were restored. Restore them in the step, or in an After hook.',
  ],
};

/** The name of a path in problems: relative to the project if it is there. */
export const nameOf = (path: string, root: string): string => (isInside(path, root) ? relative(root, path) : path);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Undoes what the steps of a scenario have done to files and directories, newest first. */
export class FileUndo {
  readonly #leaks: { readonly index: number; readonly path: string; readonly leak: ProcessLeak }[] = [];
  /** Why a directory could not be moved back. From then on, no directory is removed, since it may contain that one. */
  #failure: string | undefined;

  /**
   * @param log what the scenario has done
   * @param root the directory of the project
   */
  constructor(
    private readonly log: FileLog,
    private readonly root: string,
  ) {}

  /** Undoes everything. Returns what was left: renamed directories first, then the rest, oldest first. */
  run(): ProcessLeak[] {
    this.#undoCommandMoves();
    const moved = this.log.moved().filter(({ location }) => exists(location));
    const isUndoingMoves = moved.length > 0;
    const temporary = isUndoingMoves ? this.#temporary() : new Set();
    for (const index of this.#relevant(isUndoingMoves).reverse()) this.#undo(index, isUndoingMoves);
    return [
      ...moved.filter(({ stack }) => this.#isStep(stack)).map((directory) => this.#movedLeak(directory)),
      ...this.#leaks
        .filter(({ path }) => !temporary.has(path))
        .sort((one, other) => one.index - other.index)
        .map(({ leak }) => leak),
    ];
  }

  /** Directories that a command has renamed, which can be recognized only by their inodes. */
  #undoCommandMoves(): void {
    for (const [index, entry] of [...this.log.entries.entries()].reverse()) {
      const origin = isMove(entry) ? undefined : this.log.movedByCommandFrom(entry.path);
      if (isMove(entry) || origin === undefined || origin === entry.path || !this.#isStep(entry.stack)) continue;
      this.#moveBack(origin, entry.path);
      const leak = this.#movedLeak({ origin, location: entry.path, stack: entry.stack });
      this.#leaks.push({ index, path: entry.path, leak });
    }
  }

  /**
   * The entries to undo. The first one of a path has its original state; the later ones of the same path matter only if directories
   * must be renamed back in between.
   */
  #relevant(isUndoingMoves: boolean): number[] {
    const isOwn = new Map<string, boolean>();
    let seen = new Set<string>();
    return [...this.log.entries.entries()].flatMap(([index, entry]) => {
      if (isMove(entry)) {
        if (isUndoingMoves) seen = new Set();
        return isUndoingMoves && this.#isStep(entry.stack) ? [index] : [];
      }
      const path = isUndoingMoves ? entry.path : this.log.locationOf(entry);
      if (path === undefined || seen.has(path)) return [];
      seen.add(path);
      // What the service has created or changed first does not belong to a step.
      const belongsToStep = isOwn.get(path) ?? this.#isStep(entry.stack);
      isOwn.set(path, belongsToStep);
      return belongsToStep && !this.#isInCreated(entry, index) ? [index] : [];
    });
  }

  /** Whether a path is in a directory that a step has created, which is removed as a whole. */
  #isInCreated({ path }: Change, index: number): boolean {
    return this.log.isCreated(path, index, (creation) => creation.path !== path && this.#isStep(creation.stack));
  }

  /** Paths that a scenario has created and removed. */
  #temporary(): ReadonlySet<unknown> {
    const first = new Map<string, Change>();
    for (const entry of this.log.entries) if (!isMove(entry) && !first.has(entry.path)) first.set(entry.path, entry);
    const temporary = [...first.values()].filter((change) => isCreation(change) && !exists(change.path));
    return new Set(temporary.map(({ path }) => path));
  }

  #undo(index: number, isUndoingMoves: boolean): void {
    const entry = this.log.entries[index];
    if (entry === undefined) return;
    if (isMove(entry)) {
      if (exists(entry.to)) this.#moveBack(entry.from, entry.to);
      return;
    }
    const path = (isUndoingMoves ? undefined : this.log.locationOf(entry)) ?? entry.path;
    const { before, stack } = entry;
    if (this.log.isInPlace(entry, path)) return;
    try {
      const difference = restorePath(path, before, (each) => {
        this.#remove(each);
      });
      if (difference === undefined) return;
      const [what, cure] = texts[difference];
      this.#report(index, path, stack, what, cure);
    } catch (error) {
      const isCreated = isCreation(entry);
      const what = isCreated ? 'the file' : before.directory === undefined ? 'the changed file' : 'the directory';
      const cure = `It could not be ${isCreated ? 'removed' : 'restored'}: ${messageOf(error)}`;
      this.#report(index, path, stack, what, cure);
    }
  }

  /** Reports one problem for each path. */
  #report(index: number, path: string, stack: Error, what: string, cure: string): void {
    const later = this.#leaks.findIndex((each) => each.path === path);
    if (later >= 0) this.#leaks.splice(later, 1);
    const leak = { what: `${what} ${nameOf(path, this.root)}`, where: creationSite(stack, this.root).place, cure };
    this.#leaks.push({ index, path, leak });
  }

  /** Never removes a directory with files that existed before the scenario. */
  #remove(path: string): void {
    if (isDirectory(path) && linkOf(path) === undefined) {
      if (this.#failure !== undefined) {
        throw new Error(`it may contain a directory that could not be renamed back (${this.#failure})`);
      }
      const older = olderPath(path, this.log.startedMs, (each) => !isDirectory(each) && this.log.has(each));
      if (older !== undefined) throw new Error(`${nameOf(older, this.root)} is older than the scenario`);
    }
    fs.rmSync(path, { recursive: true, force: true });
  }

  #moveBack(from: string, to: string): void {
    try {
      moveBack(from, to);
    } catch (error) {
      this.#failure ??= messageOf(error);
    }
  }

  #movedLeak({ origin, location, stack }: MovedDirectory): ProcessLeak {
    const isBack = exists(origin) && !exists(location);
    return {
      what: `the directory ${nameOf(origin, this.root)}, which was renamed to ${nameOf(location, this.root)}`,
      where: creationSite(stack, this.root).place,
      cure:
        this.#failure === undefined || isBack
          ? 'It was renamed back. Rename it in an After hook.'
          : `It could not be restored: ${this.#failure}`,
    };
  }

  #isStep(stack: Error): boolean {
    return creationSite(stack, this.root).isStepCode;
  }
}
