import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { existingMajors } from './data-directory.js';
import { superuser } from './initdb.js';
import { hasReader } from './keep-alive-pipe.js';
import { storageCandidates } from './storage-dir.js';
import { readState } from './state.js';

const urlIn = async (dir: string): Promise<string | null> => {
  if (!hasReader(join(dir, 'keepalive'))) return null;
  const state = await readState(dir);
  const password = (await readFile(join(dir, 'password'), 'utf8').catch(() => '')).trim();
  return state === null || password === ''
    ? null
    : `postgres://${superuser}:${password}@127.0.0.1:${String(state.port)}/${superuser}`;
};

/**
 * The development database that a service runs on the folder now, for a look at it: nothing is made, started or kept alive.
 * @param dataDir the folder of the project's data
 * @returns the URL with the password; null when none runs
 */
export const findRunningServer = async (dataDir: string): Promise<string | null> => {
  if ((await stat(dataDir).catch(() => null)) === null) return null;
  for (const folder of await storageCandidates(dataDir)) {
    for (const major of await existingMajors(folder)) {
      const url = await urlIn(join(folder, `pg${String(major)}`));
      if (url !== null) return url;
    }
  }
  return null;
};
