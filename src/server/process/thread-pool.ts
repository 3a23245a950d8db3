/** Threads for the maximum `security.hashConcurrency` (64), and four for files and DNS. */
const enoughThreads = 68;

/** The default of libuv. */
const defaultThreads = 4;

/** The maximum of libuv. */
const mostThreads = 1024;

/**
 * First release of Node that does not start the thread pool while it loads modules, so that the program can still set its
 * size.
 */
const firstSettableMajor = 24;

/**
 * The size of libuv's thread pool, which hashes passwords. Older releases of Node start the pool before the program runs,
 * so only the environment variable can set its size there.
 * @param given `UV_THREADPOOL_SIZE` at the start of the process
 * @param nodeVersion such as `v24.1.0`
 */
export const threadPoolSize = (given: string | undefined, nodeVersion: string): number => {
  const size = Number(given ?? '');
  if (Number.isInteger(size) && size > 0) return Math.min(size, mostThreads);
  return Number.parseInt(nodeVersion.slice(1), 10) >= firstSettableMajor ? enoughThreads : defaultThreads;
};
