import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { OsUser } from './os-user.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { run } from './run.js';

/*
 * The keep-alive pipe is a named pipe. The supervisor holds its reading end, every process that uses the server holds a
 * writing end, and the kernel closes that end however the process dies. The supervisor reads end-of-file when the
 * last one is gone, and no earlier.
 */

/** The two ends of a fresh keep-alive pipe, as file descriptors. */
export interface KeepAlivePipe {
  /** For the supervisor's standard input; close it here once the supervisor has it. */
  readonly readEnd: number;
  /** Hold it open for as long as the server is needed. */
  readonly writeEnd: number;
}

/** The error code of a failed system call. */
const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/**
 * Makes the pipe anew, and opens both ends.
 * @throws {EmbeddedPostgresError} when the file system knows no named pipes
 */
export const createKeepAlivePipe = async (path: string, user: OsUser | null): Promise<KeepAlivePipe> => {
  // Always a new one: a leftover of a killed supervisor could still read the old one, and miss its end when it is reopened.
  await rm(path, { force: true, recursive: true });
  const made = await run('mkfifo', ['-m', '600', path], { user });
  if (made.code !== 0) {
    throw new EmbeddedPostgresError(`Cannot create the named pipe ${path}: ${made.stderr.trim()}`);
  }
  // fifo(7): only a non-blocking open returns without a partner, but the supervisor needs a blocking reading end,
  // so a first reader lets the writer in, and the writer lets the second reader in.
  const first = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const writeEnd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    return { readEnd: openSync(path, constants.O_RDONLY), writeEnd };
  } finally {
    closeSync(first);
  }
};

/**
 * Opens a writing end of the keep-alive pipe of a running supervisor.
 * @returns null when no supervisor reads it
 */
export const openWriteEnd = (path: string): number | null => {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENXIO' || codeOf(error) === 'ENOENT') return null;
    throw error;
  }
};

/** Whether a supervisor reads the keep-alive pipe. */
export const hasReader = (path: string): boolean => {
  const end = openWriteEnd(path);
  if (end !== null) closeSync(end);
  return end !== null;
};

/**
 * Says one word to the supervisor, who then makes the file `users/<word>`.
 * @returns false when the supervisor is gone
 */
export const sendLine = (writeEnd: number, word: string): boolean => {
  try {
    writeSync(writeEnd, `${word}\n`);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EPIPE') return false;
    throw error;
  }
};
