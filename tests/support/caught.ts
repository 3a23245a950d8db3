/**
 * The error that a promise rejects with.
 * @throws Error when it resolves instead
 */
export const caught = async (promise: PromiseLike<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('no error was thrown');
};
