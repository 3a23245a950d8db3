import { randomBytes } from 'node:crypto';
import { link, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { identityOf, isRunning } from './process-table.js';
import { waitFor } from './wait.js';

/** Longer than a start may take. */
const lockTimeoutMs = 90_000;

/** Releases the lock. */
export type Release = () => Promise<void>;

/** Content of a lock file: the identity of the holder and a unique token. */
const readLock = async (path: string): Promise<{ text: string; holder: string } | null> => {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : { text, holder: text.split(' ')[0] ?? '' };
};

/**
 * Removes the lock of a dead process. If two processes try this at once, the slower one must not remove the lock that the
 * faster one has taken since, so the removal of a certain lock is itself protected by a lock named after its token.
 */
const removeStaleLock = async (path: string, text: string): Promise<void> => {
  const release = await tryLock(`${path}.${text.split(' ')[1] ?? ''}`);
  if (release === null) return;
  try {
    if ((await readLock(path))?.text === text) await unlink(path);
  } finally {
    await release();
  }
};

/** Tries once; null while another process holds the lock. */
const tryLock = async (path: string): Promise<Release | null> => {
  const token = randomBytes(8).toString('hex');
  const draft = `${path}-${token}`;
  // link(2) is atomic and fails if the path exists, so a lock is never empty and never overwritten.
  await writeFile(draft, `${(await identityOf(process.pid)) ?? ''} ${token}`, { mode: 0o600, flag: 'wx' });
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
 * Acquires the lock file at a path, and waits while another running process holds it.
 * @throws {EmbeddedPostgresError} after 90 seconds
 */
export const takeStartLock = async (path: string): Promise<Release> => {
  const release = await waitFor(() => tryLock(path), lockTimeoutMs);
  if (release) return release;
  const holder = (await readLock(path))?.holder.split('-')[0] ?? 'unknown';
  throw new EmbeddedPostgresError(
    `Process ${holder} has been starting PostgreSQL for ${lockTimeoutMs / 1000} s and still holds ${path}; stop that process.`,
  );
};
