import fs from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

/** Permissions and owner, and the times if they were set. */
export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly times: readonly [accessed: Date, modified: Date] | undefined;
}

/** What is at a path. */
export interface PathState {
  /** The content of a file; null if it does not exist, undefined if it cannot be put back. */
  readonly content: Buffer | null | undefined;
  /** Undefined if there is nothing. */
  readonly attributes: Attributes | undefined;
  /** The target of a symbolic link. */
  readonly link: string | undefined;
  /** Identifies a directory, also after it was renamed. */
  readonly directory: string | undefined;
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

/** The target of a symbolic link; undefined if the path is not that of one. */
export const linkOf = (path: string): string | undefined => {
  try {
    return fs.readlinkSync(path);
  } catch {
    return undefined;
  }
};

/** Device, inode and creation time of a directory; undefined for everything else. Inodes alone are used again. */
export const directoryOf = (path: string): string | undefined => {
  try {
    const stats = fs.lstatSync(path, { bigint: true });
    return stats.isDirectory() ? [stats.dev, stats.ino, stats.birthtimeNs].join(':') : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The first path in a directory, including its own, that is older than a time; undefined if there is none, or the file system does not
 * record when files are created.
 * @param isKnown whether a path does not count, with what it contains
 */
export const olderPath = (
  path: string,
  sinceMs: number,
  isKnown: (path: string) => boolean = () => false,
): string | undefined => {
  const stats = fs.lstatSync(path);
  if (stats.birthtimeMs > 0 && stats.birthtimeMs < sinceMs) return path;
  if (!stats.isDirectory()) return undefined;
  for (const name of fs.readdirSync(path)) {
    const entry = join(path, name);
    const older = isKnown(entry) ? undefined : olderPath(entry, sinceMs, isKnown);
    if (older !== undefined) return older;
  }
  return undefined;
};

/** The state of a path where nothing is. */
export const nothing: PathState = { content: null, attributes: undefined, link: undefined, directory: undefined };

/** The state of a path. */
export const stateOf = (path: string, withTimes = false): PathState => ({
  content: contentOf(path),
  attributes: attributesOf(path, withTimes),
  link: linkOf(path),
  directory: directoryOf(path),
});

/** Whether there is anything at a path; unlike `fs.existsSync`, also a symbolic link without a target. */
export const exists = (path: string): boolean => {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
};

/** Puts permissions, owner and times back. Returns whether they had changed. */
export const restoreAttributes = (path: string, before: Attributes | undefined): boolean => {
  if (before === undefined) return false;
  const { mode, uid, gid, times } = before;
  const current = attributesOf(path, times !== undefined);
  if (current === undefined || isDeepStrictEqual(withoutAccess(before), withoutAccess(current))) return false;
  try {
    if (current.uid !== uid || current.gid !== gid) fs.chownSync(path, uid, gid);
  } finally {
    // The rest is put back even if the process is not allowed to change the owner.
    if (current.mode !== mode) fs.chmodSync(path, mode);
    if (times !== undefined) fs.utimesSync(path, ...times);
  }
  return true;
};

/** Reading a file changes the time of the last access. */
const withoutAccess = ({ times, ...attributes }: Attributes): object => ({ ...attributes, modified: times?.[1] });

/** The topmost directory that does not exist on the way to a directory, which is created with it. */
export const firstMissing = (path: string): string => {
  const parent = dirname(resolve(path));
  return fs.existsSync(parent) ? path : firstMissing(parent);
};

/** Converts a path argument of `node:fs` (string, `URL` or `Buffer`) to a string. */
export const pathOf = (target: unknown): string | undefined => {
  if (target instanceof URL) return fileURLToPath(target);
  return typeof target === 'string' || Buffer.isBuffer(target) ? String(target) : undefined;
};

/** Has a link to each open file. Only Linux has this directory. */
export const descriptorDirectory = '/proc/self/fd';

/** The path of an open file; undefined if the system does not report it. */
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

/** Whether a path is the directory or inside it. */
export const isWithin = (path: string, directory: string): boolean => path === directory || isInside(path, directory);
