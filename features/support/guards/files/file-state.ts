import fs from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

/** Permissions and owner, and the times if they were set. */
export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly times: readonly [accessed: Date, modified: Date] | undefined;
}

/** The content of a file; null if it does not exist, undefined if it is no regular file. */
export const contentOf = (path: string): Buffer | null | undefined => {
  try {
    // Reading a named pipe would wait for a writer.
    return fs.statSync(path).isFile() ? fs.readFileSync(path) : undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? null : undefined;
  }
};

/** The attributes of a file or directory; undefined if there is none. */
export const attributesOf = (path: string, withTimes: boolean): Attributes | undefined => {
  try {
    const { mode, uid, gid, atime, mtime } = fs.statSync(path);
    return { mode, uid, gid, times: withTimes ? [atime, mtime] : undefined };
  } catch {
    return undefined;
  }
};

/** Puts permissions, owner and times back. Returns whether they had changed. */
export const restoreAttributes = (path: string, before: Attributes | undefined): boolean => {
  if (before === undefined) return false;
  const { mode, uid, gid, times } = before;
  const current = attributesOf(path, times !== undefined);
  if (current === undefined || isDeepStrictEqual(withoutAccess(before), withoutAccess(current))) return false;
  if (current.uid !== uid || current.gid !== gid) fs.chownSync(path, uid, gid);
  if (current.mode !== mode) fs.chmodSync(path, mode);
  if (times !== undefined) fs.utimesSync(path, ...times);
  return true;
};

/** Reading a file changes the time of the last access. */
const withoutAccess = ({ times, ...attributes }: Attributes): object => ({ ...attributes, modified: times?.[1] });

/** The topmost directory that does not exist on the way to a directory, which is created with it. */
export const firstMissing = (path: string): string => {
  const parent = dirname(resolve(path));
  return fs.existsSync(parent) ? path : firstMissing(parent);
};

/** The path that a function of Node.js gets as a text, a URL or bytes. */
export const pathOf = (target: unknown): string | undefined => {
  if (target instanceof URL) return fileURLToPath(target);
  return typeof target === 'string' || Buffer.isBuffer(target) ? String(target) : undefined;
};

/** Has a link to each open file. Only Linux has this directory. */
export const descriptorDirectory = '/proc/self/fd';

/** The path of an open file; undefined if the system does not tell it. */
export const pathOfDescriptor = (fd: unknown): string | undefined => {
  try {
    return fs.readlinkSync(`${descriptorDirectory}/${String(fd)}`).replace(/ \(deleted\)$/, '');
  } catch {
    return undefined;
  }
};

const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC } = fs.constants;

/** Whether a file that is opened with these flags may be created or changed. */
export const isWriting = (flags: unknown): boolean =>
  typeof flags === 'number' ? (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) !== 0 : /[wa+]/.test(String(flags));

/** Whether a file differs from what it was. */
export const isChanged = (path: string, before: Buffer | null): boolean =>
  before === null ? fs.existsSync(path) : contentOf(path)?.equals(before) !== true;

/** Whether a path is that of a directory. */
export const isDirectory = (path: string): boolean => {
  try {
    return fs.statSync(path).isDirectory();
  } catch {
    // It does not exist, or a part of it is a file.
    return false;
  }
};

/** Whether a path is in a directory. */
export const isInside = (path: string, directory: string): boolean => path.startsWith(`${resolve(directory)}${sep}`);
