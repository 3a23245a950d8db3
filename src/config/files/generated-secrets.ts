import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '../issue.js';
import { decodeText, readFileState } from './read-file.js';

const fail = (key: string, file: string, message: string, cause?: unknown): never => {
  const error = new ConfigError([{ key, file, code: 'unreadable', message }]);
  error.cause = cause;
  throw error;
};

const read = (key: string, file: string): string | null => {
  const state = readFileState(file);
  if (state.kind === 'absent') return null;
  if (state.kind === 'issue') return fail(key, file, state.message);
  const text = decodeText(state.bytes)?.trim() ?? '';
  return /^[0-9a-f]{64}$/.test(text) ? text : fail(key, file, 'file does not contain 64 hexadecimal digits');
};

/**
 * The secret that was made for a key on this machine; null when there is none.
 * @throws {ConfigError} unreadable
 */
export const keptSecret = (dataDir: string, key: string): string | null => read(key, join(dataDir, 'secrets', key));

const writeSynced = (file: string, text: string): void => {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

const alreadyThere = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';

/**
 * The secret that was made for a key on this machine; made now when there is none. Two starts at once agree: the file is
 * written whole under another name and linked into place, which only one of them can do.
 * @param dataDir where the service keeps its data; the file is `secrets/<key>` in it, readable by the owner only (0600)
 * @returns 64 hexadecimal digits
 * @throws {ConfigError} unreadable
 */
export const generatedSecret = (dataDir: string, key: string): string => {
  const directory = join(dataDir, 'secrets');
  const file = join(directory, key);
  const existing = read(key, file);
  if (existing !== null) return existing;
  const draft = join(directory, `.${key}.${randomBytes(6).toString('hex')}`);
  try {
    // The folder above is left open: the embedded database runs as another user, who must get to its data in there.
    mkdirSync(dirname(directory), { recursive: true });
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    writeSynced(draft, `${randomBytes(32).toString('hex')}\n`);
    try {
      linkSync(draft, file);
    } catch (error) {
      if (!alreadyThere(error)) throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  } catch (error) {
    return fail(
      key,
      file,
      'cannot create the secret in this directory; make the directory writable or set the environment variable',
      error,
    );
  }
  return read(key, file) ?? fail(key, file, 'file was removed while it was being created');
};
