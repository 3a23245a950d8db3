import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '../issue.js';
import { decodeText, readFileState } from './disk-state.js';

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
 * A secret that was generated earlier; null if there is none.
 * @throws {ConfigError} unreadable
 */
export const findSecret = (dataDir: string, key: string): string | null => read(key, join(dataDir, 'secrets', key));

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
 * Reads a secret, or generates it if there is none. If two processes start at once, both use the same one: the complete file is
 * linked to its name, which succeeds only once.
 * @param dataDir the data directory; the file is `secrets/<key>` in it, with mode 0600
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
    // The data directory stays accessible: the embedded database runs as another user and keeps its data there.
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
