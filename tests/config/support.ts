import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Config } from '../../src/config/config.js';
import type { ConfigOptions } from '../../src/config/types.js';
import { createLogger } from '../../src/observability/logger.js';
import { Metrics } from '../../src/observability/metrics.js';

/** A line of the log. */
export interface Line extends Record<string, unknown> {
  readonly level: string;
  readonly msg: string;
}

/** A directory that is deleted after the test. */
export const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-config-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

/** A configuration directory with an empty default.yaml and the files of a test. */
export const makeDirectory = (files: Readonly<Record<string, string>> = {}) => {
  const folder = makeFolder();
  const directory = join(folder, 'config');
  mkdirSync(directory);
  const path = (name: string): string => join(directory, name);
  const write = (name: string, content: string | Buffer): void => {
    writeFileSync(path(name), content);
  };
  for (const [name, content] of Object.entries({ 'default.yaml': '{}\n', ...files })) write(name, content);
  return { folder, directory, path, write };
};

/** A log that collects its lines. */
export const makeLog = () => {
  const lines: Line[] = [];
  const log = createLogger('debug', {
    write: (text: string) => {
      lines.push(JSON.parse(text) as Line);
    },
  });
  return { log, lines };
};

/**
 * An open configuration with a directory per call, closed after the test. Changes are applied at once unless a test sets a quiet
 * period.
 */
export const openConfig = (files: Readonly<Record<string, string>> = {}, options: Partial<ConfigOptions> = {}) => {
  const place = makeDirectory(files);
  const { log, lines } = makeLog();
  const metrics = new Metrics();
  const config = Config.open({
    directory: place.directory,
    nodeEnv: 'test',
    env: {},
    log,
    metrics,
    dataDir: join(place.folder, 'data'),
    ...options,
    times: { quietMs: 0, ...options.times },
  });
  onTestFinished(() => config.close());
  const metric = async (line: RegExp): Promise<number> => Number(line.exec(await metrics.expose())?.[1]);
  return { ...place, config, lines, metrics, metric };
};

/** The counter of reloads by result. */
export const reloads = (result: 'applied' | 'unchanged' | 'refused'): RegExp =>
  new RegExp(`^rollcall_config_reloads_total\\{result="${result}"\\} (\\d+)$`, 'm');

/** A promise and the function that resolves it. */
export const makeGate = () => {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open: () => open() };
};

/** Runs a step as a user without permissions; root ignores file modes. */
export const asUnprivileged = async <T>(step: () => Promise<T>): Promise<T> => {
  if (process.getuid?.() !== 0) return step();
  process.seteuid?.(65_534);
  try {
    return await step();
  } finally {
    process.seteuid?.(0);
  }
};
