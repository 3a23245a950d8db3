import { spawn } from 'node:child_process';
import { existsSync, readFileSync, watch } from 'node:fs';
import { join, relative } from 'node:path';
import { allEndpoints } from '../../src/routes/index.js';
import { routeName } from '../../features/support/run/coverage.js';
import { startServer } from './database.js';
import type { RunOptions } from './options.js';
import type { CoverageFile } from './reports.js';

/** The variable with the URL of the server that the watching run has started. */
export const serverVariable = 'ROLLCALL_FEATURES_SERVER';

/** Watched directories. */
const watched = ['src', 'features', 'config', 'migrations'];

/** Time without changes before a run, in milliseconds, since editors save in several steps. */
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

const runOnce = (args: readonly string[], url: string | undefined): Promise<void> =>
  new Promise((resolve) => {
    const script = process.argv[1] ?? '';
    const env = url === undefined ? process.env : { ...process.env, [serverVariable]: url };
    const child = spawn(process.execPath, [...process.execArgv, script, ...args], { stdio: 'inherit', env });
    child.on('exit', () => {
      resolve();
    });
  });

/** Waits for the next saved files. */
const nextSaves = (root: string, signal: AbortSignal): Promise<string[]> =>
  new Promise((resolve) => {
    const files = new Set<string>();
    let timer: NodeJS.Timeout | undefined;
    const watchers = watched.map((folder) =>
      watch(join(root, folder), { recursive: true }, (_event, name) => {
        if (name === null || /(?:~|\.sw\w|\.tmp)$/.test(name)) return;
        files.add(join(folder, name));
        clearTimeout(timer);
        timer = setTimeout(done, quietMs);
      }),
    );
    const done = (): void => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      signal.removeEventListener('abort', done);
      resolve([...files]);
    };
    signal.addEventListener('abort', done);
  });

/**
 * Runs the selection, then the affected features after each save, until Ctrl-C. All runs share one server.
 * @returns the exit code
 */
export const watchAndRun = async (root: string, options: RunOptions, args: readonly string[]): Promise<number> => {
  const isGiven = process.env['DATABASE_URL'] !== undefined || process.env['BASE_URL'] !== undefined;
  const server = isGiven ? undefined : await startServer(root, process.env);
  const abort = new AbortController();
  process.once('SIGINT', () => {
    abort.abort();
  });
  const flags = args.filter((arg) => arg !== '--watch' && !options.paths.includes(arg));
  try {
    let paths: readonly string[] = options.paths;
    for (;;) {
      await runOnce([...flags, ...paths], server?.url);
      if (abort.signal.aborted) return 0;
      console.log('\nwatching; save a file to run the affected features, Ctrl-C to stop');
      const saved = await nextSaves(root, abort.signal);
      if (saved.length === 0) return 0;
      const touched = saved.map((file) => affectedBy(relative(root, join(root, file)), coverageOf(root)));
      paths = touched.some((each) => each === null)
        ? options.paths
        : [...new Set(touched.flatMap((each) => each ?? []))];
    }
  } finally {
    await server?.stop();
  }
};
