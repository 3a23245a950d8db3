/** Threads for the highest `security.hashConcurrency` (64), and four for files and DNS. */
const enoughThreads = 68;

/** The default of libuv. */
const defaultThreads = 4;

/** The maximum of libuv. */
const mostThreads = 1024;

/** First release of Node that loads modules without the thread pool, so that its size can still be set by the program. */
const firstSettableMajor = 24;

/**
 * The size of libuv's thread pool, on which passwords are hashed. An older Node has started the pool before the first line
 * of the program runs: there, only the variable of the environment can set it.
 * @param given `UV_THREADPOOL_SIZE` as the process was started with it
 * @param nodeVersion such as `v24.1.0`
 */
export const threadPoolSize = (given: string | undefined, nodeVersion: string): number => {
  const size = Number(given ?? '');
  if (Number.isInteger(size) && size > 0) return Math.min(size, mostThreads);
  return Number.parseInt(nodeVersion.slice(1), 10) >= firstSettableMajor ? enoughThreads : defaultThreads;
};
