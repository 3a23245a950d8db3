import { statfs } from 'node:fs/promises';

/** The file system in memory that Linux has. PostgreSQL creates and drops databases and tables in it many times faster than on a disk. */
export const sharedMemory = '/dev/shm';

/** `f_type` of tmpfs (statfs(2)). */
const tmpfsType = 0x0102_1994;

/** The room that the files of a server must find, in bytes. They begin with 40 MB; write-ahead log and tables grow. */
const requiredBytes = 4 * 1024 ** 3;

/** Whether the system has a file system in memory with that much room, and the memory for it. */
export const fitsIntoMemory = async (required = requiredBytes): Promise<boolean> => {
  const stats = await statfs(sharedMemory).catch(() => null);
  return (
    stats !== null &&
    stats.type === tmpfsType &&
    stats.bavail * stats.bsize >= required &&
    process.availableMemory() >= required
  );
};
