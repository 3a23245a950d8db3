/**
 * Returns the error that a promise rejects with.
 * @throws {Error} if the promise resolves
 */
export const captureError = async (promise: PromiseLike<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected the promise to reject');
};
