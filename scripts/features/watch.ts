import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { allEndpoints } from '../../src/routes/index.js';
import { routeName } from '../../features/support/run/coverage.js';
import { serverVariable, startServer } from './database.js';
import { variable, type RunOptions } from './options.js';
import type { CoverageFile } from './reports.js';
import { aheadVariable } from './run-facts.js';

/** Watched directories. */
const watched = ['src', 'console', 'features', 'config', 'migrations', 'packages', 'tests/support'];

/** Time without changes before a run starts, in milliseconds, since editors save in several steps. */
const quietMs = 150;

const coverageOf = (root: string): CoverageFile => {
  const path = join(root, 'reports', 'coverage.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as CoverageFile) : { scenarios: [] };
};

/**
 * The features to run for a saved file: the feature itself, or the features that cover the endpoint of a handler.
 * @returns paths; null for the whole selection
 */
export const affectedBy = (file: string, coverage: CoverageFile): readonly string[] | null => {
  if (file.endsWith('.feature')) return [file];
  const at = /^src\/handlers\/(.+)\.ts$/.exec(file)?.[1];
  const endpoint = allEndpoints().find((each) => each.module === at);
  if (endpoint === undefined) return null;
  const route = routeName(endpoint);
  const uris = coverage.scenarios.filter(({ routes }) => route in routes).map(({ uri }) => uri);
  return uris.length === 0 ? null : [...new Set(uris)].sort();
};

/** A run that is started in advance: it has loaded the sources, and waits for its paths. */
class RunAhead {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  constructor(args: readonly string[], url: string | undefined) {
    const script = process.argv[1] ?? '';
    this.#child = spawn(process.execPath, [...process.execArgv, script, ...args], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, [aheadVariable]: '1', ...(url !== undefined && { [serverVariable]: url }) },
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', () => {
        resolve();
      });
    });
  }

  /** Runs the scenarios of some paths. */
  async run(paths: readonly string[]): Promise<void> {
    // One that has ended in the meantime has printed why.
    if (this.#child.connected) this.#child.send(paths, () => undefined);
    await this.#ended;
  }

  /** Ends a run that is not needed. */
  async discard(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
  }
}

/** Collects saved files, also while a run is in progress. */
export class SaveQueue {
  readonly #files = new Set<string>();
  readonly #watchers: readonly FSWatcher[];
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  /** Begins to watch the directories. */
  constructor(root: string, folders: readonly string[] = watched) {
    this.#watchers = folders.map((folder) =>
      watch(join(root, folder), { recursive: true }, (_event, name) => {
        if (name === null || /(?:~|\.sw\w|\.tmp)$/.test(name)) return;
        this.#files.add(join(folder, name));
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#wake?.(), quietMs);
      }),
    );
  }

  /**
   * Waits until files have been saved.
   * @returns their paths since the last call; empty after an abort
   */
  async next(signal: AbortSignal): Promise<string[]> {
    if (this.#files.size === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
    }
    const files = signal.aborted ? [] : [...this.#files];
    this.#files.clear();
    return files;
  }

  /** Ends watching. */
  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
  }
}

/**
 * Limits the affected features to the selection.
 * @param selected paths of the command line, each with or without `:line`; empty for all
 */
export const withinSelection = (affected: readonly string[], selected: readonly string[]): string[] => {
  if (selected.length === 0) return [...affected];
  const bases = selected.map((path) => path.replace(/(?::\d+)+$/, '').replace(/\/$/, ''));
  return affected.flatMap((path) => {
    const index = bases.findIndex((base) => path === base || path.startsWith(`${base}/`));
    if (index < 0) return [];
    // A selected line stays selected.
    return [path === bases[index] ? (selected[index] ?? path) : path];
  });
};

/**
 * Runs the selection, then the affected features after each save, until Ctrl-C. All runs share one server. The next run is started
 * in advance, so a saved feature only has to be read and run. After any other save, the waiting run is replaced.
 * @returns the exit code
 */
export const watchAndRun = async (root: string, options: RunOptions, args: readonly string[]): Promise<number> => {
  const isGiven = ['DATABASE_URL', 'BASE_URL'].some((name) => variable(process.env, name) !== undefined);
  const server = isGiven ? undefined : await startServer(root, process.env);
  const abort = new AbortController();
  process.once('SIGINT', () => {
    abort.abort();
  });
  const flags = args.filter((arg) => arg !== '--watch' && !options.paths.includes(arg));
  const saves = new SaveQueue(root);
  const start = (): RunAhead => new RunAhead(flags, server?.url);
  let next: RunAhead | undefined;
  const discarded: Promise<void>[] = [];
  try {
    let paths: readonly string[] = options.paths;
    for (;;) {
      await (next ?? start()).run(paths);
      if (abort.signal.aborted) return 0;
      // A run drops the schemas that an earlier one has kept.
      next = options.keepFailed ? undefined : start();
      console.log('\nwatching; save a file to run the affected features, Ctrl-C to stop');
      let isOutside = true;
      while (isOutside) {
        const saved = await saves.next(abort.signal);
        if (saved.length === 0) return 0;
        if (next !== undefined && saved.some((file) => !file.endsWith('.feature'))) {
          discarded.push(next.discard());
          next = start();
        }
        const affected = saved.map((file) => affectedBy(file, coverageOf(root)));
        paths = affected.some((each) => each === null)
          ? options.paths
          : withinSelection([...new Set(affected.flatMap((each) => each ?? []))], options.paths);
        // Only files outside of the selection were saved.
        isOutside = paths.length === 0 && affected.every((each) => each !== null);
      }
    }
  } finally {
    saves.close();
    await Promise.all([...discarded, next?.discard()]);
    await server?.stop();
  }
};
