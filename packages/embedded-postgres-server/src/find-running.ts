import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { existingMajors } from './data-directory.js';
import { hasReader } from './keep-alive-pipe.js';
import { defaultName } from './names.js';
import { readLiveState } from './state.js';
import { storageCandidates } from './storage-dir.js';

const urlIn = async (dir: string, name: string): Promise<string | null> => {
  if (!hasReader(join(dir, 'keepalive'))) return null;
  const state = await readLiveState(dir);
  const password = (await readFile(join(dir, 'password'), 'utf8').catch(() => '')).trim();
  return state === null || password === '' ? null : `postgres://${name}:${password}@127.0.0.1:${state.port}/${name}`;
};

/**
 * Finds a server that another process has started with `startEmbeddedServer`, without starting it or keeping it running.
 * @param options `dataDir` and `name` as given to `startEmbeddedServer`
 * @returns the URL with the password; null when no server is running
 */
export const findRunningServer = async (options: {
  readonly dataDir: string;
  readonly name?: string;
}): Promise<string | null> => {
  const { dataDir, name = defaultName } = options;
  if ((await stat(dataDir).catch(() => null)) === null) return null;
  for (const folder of await storageCandidates(dataDir, name)) {
    for (const major of await existingMajors(folder)) {
      const url = await urlIn(join(folder, `pg${major}`), name);
      if (url !== null) return url;
    }
  }
  return null;
};
