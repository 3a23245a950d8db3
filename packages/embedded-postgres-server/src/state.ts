import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chownTo, type OsUser } from './os-user.js';
import { findPostmaster } from './postmaster.js';
import { isRunning } from './process-table.js';

/** How to reach a running server; contains no secret. */
export interface ServerState {
  readonly port: number;
  readonly version: string;
  readonly origin: 'system' | 'embedded';
  /** Identity of the supervisor, see `identityOf`. */
  readonly supervisor: string;
}

/** Deletes the state file, before a start. */
export const removeState = (dir: string): Promise<void> => rm(join(dir, 'state.json'), { force: true });

/** Reads the state file; null when it is missing or invalid. It may be left over from an earlier run. */
export const readState = async (dir: string): Promise<ServerState | null> => {
  const text = await readFile(join(dir, 'state.json'), 'utf8').catch(() => 'null');
  try {
    const value = JSON.parse(text) as Partial<ServerState> | null;
    if (value === null || typeof value.port !== 'number' || typeof value.supervisor !== 'string') return null;
    if (typeof value.version !== 'string' || (value.origin !== 'system' && value.origin !== 'embedded')) return null;
    return { port: value.port, version: value.version, origin: value.origin, supervisor: value.supervisor };
  } catch {
    return null;
  }
};

/**
 * Reads the state of a server that is running; null for one that has ended. A pipe with a reader does not show that: if server and
 * supervisor were killed together, a child of the supervisor may still read from it.
 */
export const readLiveState = async (dir: string): Promise<ServerState | null> => {
  const state = await readState(dir);
  if (state === null) return null;
  const { state: found } = await findPostmaster(join(dir, 'data'));
  // Outside of Linux, a server whose folder was renamed counts as foreign; its running supervisor shows that it is alive.
  const isLive = found === 'running' || (found === 'foreign' && (await isRunning(state.supervisor)));
  return isLive ? state : null;
};

/** Writes the state file atomically; it belongs to the user of the server, whose own processes can then reuse the server. */
export const writeState = async (dir: string, user: OsUser | null, state: ServerState): Promise<void> => {
  const draft = join(dir, 'state.json.draft');
  await writeFile(draft, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  await chownTo(user, draft);
  await rename(draft, join(dir, 'state.json'));
};
