import { randomBytes } from 'node:crypto';
import { link, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { identityOf, isRunning } from './process-table.js';
import { waitFor } from './wait.js';

/** How long another process may hold the lock: longer than a start may take. */
const lockTimeoutMs = 90_000;

/** Lets the next one in. */
export type Release = () => Promise<void>;

/** The content of a lock: its holder, and a word that no other lock has. */
const readLock = async (path: string): Promise<{ text: string; holder: string } | null> => {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : { text, holder: text.split(' ')[0] ?? '' };
};

/**
 * Removes the lock of a process that died. Two may find it dead at once, and the slower one must not remove the lock
 * that the quicker one has taken since; so the right to remove a certain lock is itself a lock, named after it.
 */
const removeStaleLock = async (path: string, text: string): Promise<void> => {
  const grave = `${path}.${text.split(' ')[1] ?? ''}`;
  const release = await tryLock(grave);
  if (release === null) return;
  try {
    if ((await readLock(path))?.text === text) await unlink(path);
  } finally {
    await release();
  }
};

/** One try; null while somebody else holds the lock. */
const tryLock = async (path: string): Promise<Release | null> => {
  const word = randomBytes(8).toString('hex');
  const draft = `${path}-${word}`;
  // A link appears whole or not at all, and fails where something is: a lock is never empty and never overwritten.
  await writeFile(draft, `${(await identityOf(process.pid)) ?? ''} ${word}`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, path);
    return () => rm(path, { force: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const found = await readLock(path);
    if (found && !(await isRunning(found.holder))) await removeStaleLock(path, found.text);
    return null;
  } finally {
    await rm(draft, { force: true });
  }
};

/**
 * Takes the lock at a path, waiting for its turn. The lock of a process that was killed counts for nothing.
 * @throws {EmbeddedPostgresError} when a living process keeps it too long
 */
export const takeStartLock = async (path: string): Promise<Release> => {
  const release = await waitFor(() => tryLock(path), lockTimeoutMs);
  if (release) return release;
  const holder = (await readLock(path))?.holder.split('-')[0] ?? 'unknown';
  throw new EmbeddedPostgresError(
    `Process ${holder} has been starting PostgreSQL for ${lockTimeoutMs / 1000} s and still holds ${path}; stop that process.`,
  );
};
