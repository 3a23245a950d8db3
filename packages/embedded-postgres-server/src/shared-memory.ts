import { statfs } from 'node:fs/promises';

/** The in-memory file system of Linux. PostgreSQL creates and drops databases in it many times faster than on a disk. */
export const sharedMemory = '/dev/shm';

/** `f_type` of tmpfs (statfs(2)). */
const tmpfsType = 0x0102_1994;

/** The free space required for a server, in bytes. A new server needs 40 MB; its write-ahead log and tables grow. */
const requiredBytes = 4 * 1024 ** 3;

/**
 * Whether the in-memory file system exists and has this much free space, in bytes, and the system has as much memory
 * available.
 */
export const fitsIntoMemory = async (required = requiredBytes): Promise<boolean> => {
  const stats = await statfs(sharedMemory).catch(() => null);
  return (
    stats !== null &&
    stats.type === tmpfsType &&
    stats.bavail * stats.bsize >= required &&
    process.availableMemory() >= required
  );
};
