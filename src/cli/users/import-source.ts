import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandError, type ProcessEnvironment } from '../../server/process/environment.js';

/** The file to import. */
export interface ImportSource {
  readonly path: string;
  /** The name in messages. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';

const sizeOf = (path: string): number => {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new CommandError(`${path} is not a regular file`);
    return stat.size;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`cannot read ${path} (${codeOf(error)})`);
  }
};

/**
 * Calls `work` with the named file or, for `-`, with a copy of standard input, since an import reads its file twice.
 * The copy is readable by its owner only and is deleted afterwards.
 * @throws {CommandError} if the file cannot be read
 */
export const withSource = async <T>(
  environment: ProcessEnvironment,
  file: string,
  work: (source: ImportSource) => Promise<T>,
): Promise<T> => {
  if (file !== '-') {
    const path = resolve(environment.cwd, file);
    return work({ path, name: file, size: sizeOf(path) });
  }
  // mkdtemp creates a directory that only its owner can access.
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-import-'));
  const path = join(directory, 'stdin');
  try {
    await pipeline(Readable.from(environment.stdin), createWriteStream(path, { mode: 0o600, flags: 'wx' }));
    return await work({ path, name: 'stdin', size: sizeOf(path) });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/** SHA-256 of a file, which identifies an interrupted import. */
export const hashOf = async (path: string): Promise<Buffer> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest();
};
