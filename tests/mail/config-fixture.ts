import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Config } from '../../src/config/config.js';
import type { ConfigOptions } from '../../src/config/types.js';
import { Metrics } from '../../src/observability/metrics.js';
import { silentLog } from '../support/open-database.js';

/** A configuration directory with an empty default.yaml and the given files. It is removed after the test. */
export const makeDirectory = (files: Readonly<Record<string, string>> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-mail-config-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const directory = join(folder, 'config');
  const path = (name: string): string => join(directory, name);
  const write = (name: string, content: string | Buffer): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), content);
  };
  for (const [name, content] of Object.entries({ 'default.yaml': '{}\n', ...files })) write(name, content);
  return { folder, directory, path, write };
};

/** Opens the configuration of such a directory. It is closed after the test. */
export const openConfig = (files: Readonly<Record<string, string>> = {}, options: Partial<ConfigOptions> = {}) => {
  const place = makeDirectory(files);
  const config = Config.open({
    directory: place.directory,
    nodeEnv: 'test',
    env: {},
    log: silentLog(),
    metrics: new Metrics(),
    dataDir: join(place.folder, 'data'),
    ...options,
  });
  onTestFinished(() => config.close());
  return { ...place, config };
};
