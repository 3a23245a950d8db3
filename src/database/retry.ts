import { classifyDatabaseError } from './classify-error.js';

/** A read that loses its connection is retried once. */
const maxAttempts = 2;

/**
 * Runs work, and retries it once if its connection was lost.
 * @param latestMs time after the start until which it may be retried, in milliseconds
 * @param mayRepeat whether it may be retried
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
      // One turn of the event loop, in which the pool detects other connections that were lost at the same time.
      await new Promise(setImmediate);
    }
  }
};
