import { directoryOf, exists, isWithin, type PathState } from './file-state.js';

/** A path that is about to be created, changed or removed. */
export interface Change {
  readonly path: string;
  readonly stack: Error;
  readonly before: PathState;
  /** How many directories had been renamed before. */
  readonly moves: number;
}

/** A directory that was renamed. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Where the directory was when the scenario began; undefined if the scenario has created it. */
  readonly origin: string | undefined;
  readonly stack: Error;
}

/** A directory that is no longer where it was when the scenario began. */
export interface MovedDirectory {
  readonly origin: string;
  readonly location: string;
  /** Where it was renamed first. */
  readonly stack: Error;
}

export const isMove = (entry: Change | Move): entry is Move => 'from' in entry;

/** Whether there was nothing at a path before. */
export const isCreation = ({ before }: Change): boolean => before.content === null && before.link === undefined;

/** The clock of file systems may be this much behind, in milliseconds. */
const clockLagMs = 20;

const { now } = Date;

/** What a scenario has done to files and directories, oldest first. */
export class FileLog {
  /** What is older than this existed before the scenario, in milliseconds since 1970. */
  readonly startedMs = now() - clockLagMs;
  readonly #entries: (Change | Move)[] = [];
  readonly #moves: Move[] = [];

  get entries(): readonly (Change | Move)[] {
    return this.#entries;
  }

  /** Adds a path that is about to be changed. */
  addChange(path: string, stack: Error, before: PathState): void {
    this.#entries.push({ path, stack, before, moves: this.#moves.length });
  }

  /** Adds a directory that was renamed. */
  addMove(from: string, to: string, stack: Error): void {
    // A command may have moved it before.
    const known = this.#firstChangeOf(directoryOf(to));
    const originOfFrom = this.isCreated(from) ? undefined : this.originOf(from);
    const move = { from, to, origin: known === undefined ? originOfFrom : this.#originOfChange(known), stack };
    this.#entries.push(move);
    this.#moves.push(move);
  }

  /**
   * Where what is at a path was when the scenario began; undefined if the path was that of something else then.
   * @param moves how many directories had been renamed when it was at this path; all of them by default
   */
  originOf(path: string, moves = this.#moves.length): string | undefined {
    let origin = path;
    for (const { from, to } of this.#moves.slice(0, moves).reverse()) {
      if (isWithin(origin, to)) origin = from + origin.slice(to.length);
      else if (isWithin(origin, from)) return undefined;
    }
    return origin;
  }

  /**
   * Whether a file or directory, or one that it is in, was created.
   * @param before consider only the entries before this one
   * @param counts whether a creation counts
   */
  isCreated(path: string, before = this.#entries.length, counts: (creation: Change) => boolean = () => true): boolean {
    let current = path;
    for (const entry of this.#entries.slice(0, before).reverse()) {
      if (isMove(entry)) {
        if (isWithin(current, entry.to)) current = entry.from + current.slice(entry.to.length);
      } else if (isCreation(entry) && isWithin(current, entry.path) && counts(entry)) return true;
    }
    return false;
  }

  /** The directories that existed when the scenario began, and were renamed. */
  moved(): MovedDirectory[] {
    const found = new Map<string, MovedDirectory>();
    for (const [index, { origin, to, stack }] of this.#moves.entries()) {
      const location = this.#follow(to, index + 1);
      if (origin === undefined || location === undefined) continue;
      found.set(origin, { origin, location, stack: found.get(origin)?.stack ?? stack });
    }
    return [...found.values()].filter(({ origin, location }) => location !== origin);
  }

  /** Where the object that a change belongs to is now; undefined if a directory was renamed to its path. */
  locationOf({ path, moves }: Change): string | undefined {
    return this.#follow(path, moves);
  }

  /** Where a directory that a command has moved to a path was when the scenario began; undefined if it did not exist then. */
  movedByCommandFrom(path: string): string | undefined {
    const directory = directoryOf(path);
    if (directory === undefined) return undefined;
    const isSource = (entry: Change | Move): entry is Change =>
      !isMove(entry) &&
      entry.before.directory === directory &&
      entry.path !== path &&
      this.locationOf(entry) !== path &&
      directoryOf(entry.path) !== directory;
    const source = this.#entries.find(isSource);
    return source && this.#originOfChange(source);
  }

  /**
   * Whether a directory is where it was when the scenario began: that of a change, or the one that is where the change seems to have
   * created one.
   * @param path where what was changed is now
   */
  isInPlace({ path: given, moves, before: { directory } }: Change, path: string): boolean {
    if (directory !== undefined && !exists(path)) {
      const origin = this.originOf(given, moves);
      return origin !== undefined && directoryOf(origin) === directory;
    }
    const known = directory === undefined ? this.#firstChangeOf(directoryOf(path)) : undefined;
    return known !== undefined && this.#originOfChange(known) === path;
  }

  /** The first change of a directory. */
  #firstChangeOf(directory: string | undefined): Change | undefined {
    if (directory === undefined) return undefined;
    return this.#entries.find((entry): entry is Change => !isMove(entry) && entry.before.directory === directory);
  }

  /** Where what was changed was when the scenario began; undefined if the scenario had created it. */
  #originOfChange(change: Change): string | undefined {
    const isCreated = this.isCreated(change.path, this.#entries.indexOf(change));
    return isCreated ? undefined : this.originOf(change.path, change.moves);
  }

  /** Whether a change of a path was noted. */
  has(path: string): boolean {
    return this.#entries.some((entry) => !isMove(entry) && entry.path === path);
  }

  /** Where something is after the moves from an index on; undefined if it was replaced by a renamed directory. */
  #follow(path: string, index: number): string | undefined {
    let current = path;
    for (const { from, to } of this.#moves.slice(index)) {
      if (isWithin(current, to)) return undefined;
      if (isWithin(current, from)) current = to + current.slice(from.length);
    }
    return current;
  }
}
