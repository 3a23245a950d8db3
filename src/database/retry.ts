import { classifyDatabaseError } from './classify-error.js';

/** A read that loses its connection is retried once. */
const maxAttempts = 2;

/**
 * Runs work, and once more when its connection was lost.
 * @param latestMs how long after the beginning it may still be repeated, in milliseconds
 * @param mayRepeat asked before it is repeated
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
      // One turn of the loop, in which the pool hears of its other connections that broke with this one.
      await new Promise(setImmediate);
    }
  }
};
