import { classifyDatabaseError } from './classify-error.js';

const maxAttempts = 2;

/**
 * Runs work, and retries it once if its connection was lost.
 * @param latestMs no retry later than this after the start, in milliseconds
 * @param mayRepeat whether the error permits a retry
 */
export const retryOnConnectionLoss = async <T>(
  work: () => Promise<T>,
  latestMs: number,
  mayRepeat: () => boolean = () => true,
): Promise<T> => {
  const startedAt = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isLast = attempt === maxAttempts || performance.now() - startedAt > latestMs || !mayRepeat();
      if (isLast || classifyDatabaseError(error) !== 'connection') throw error;
      // Wait one turn of the event loop, in which the pool detects other lost connections.
      await new Promise(setImmediate);
    }
  }
};
