import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { OsUser } from './os-user.js';
import { run } from './run.js';

/*
 * A named pipe keeps the server running. The supervisor reads from it; every process that uses the server holds a write
 * end open. The kernel closes the write end however a process ends, and the supervisor reads end-of-file once no process
 * is left.
 */

/** The ends of a new pipe, as file descriptors. */
export interface KeepAlivePipe {
  /** Standard input of the supervisor; close it in this process after the supervisor has started. */
  readonly readEnd: number;
  /** Keep it open for as long as the server is needed. */
  readonly writeEnd: number;
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/**
 * Creates the pipe and opens both ends.
 * @throws {EmbeddedPostgresError} when the file system does not support named pipes
 */
export const createKeepAlivePipe = async (path: string, user: OsUser | null): Promise<KeepAlivePipe> => {
  // Never reuse a pipe: the reader of a killed supervisor may still have the old one open.
  await rm(path, { force: true, recursive: true });
  const made = await run('mkfifo', ['-m', '600', path], { user });
  if (made.code !== 0) {
    throw new EmbeddedPostgresError(`Cannot create the named pipe ${path}: ${made.stderr.trim()}`);
  }
  // fifo(7): a blocking open waits for the other end. The supervisor needs a blocking read end, so a temporary
  // non-blocking reader lets the writer open the pipe first.
  const temporary = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const writeEnd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    return { readEnd: openSync(path, constants.O_RDONLY), writeEnd };
  } finally {
    closeSync(temporary);
  }
};

/**
 * Opens a write end of an existing pipe.
 * @returns null when no supervisor reads from it
 */
export const openWriteEnd = (path: string): number | null => {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENXIO' || codeOf(error) === 'ENOENT') return null;
    throw error;
  }
};

/** Whether a supervisor reads from the pipe. */
export const hasReader = (path: string): boolean => {
  const end = openWriteEnd(path);
  if (end !== null) closeSync(end);
  return end !== null;
};

/**
 * Sends a line to the supervisor, which creates the file `clients/<line>`.
 * @returns false when the supervisor has exited
 */
export const sendLine = (writeEnd: number, line: string): boolean => {
  try {
    writeSync(writeEnd, `${line}\n`);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EPIPE') return false;
    throw error;
  }
};
