import { Problem } from './problem';

/**
 * Sends a request.
 * @throws {Problem} network_error without a response
 */
export const send = async (...request: Parameters<typeof fetch>): Promise<Response> => {
  try {
    return await fetch(...request);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const detail = 'The server did not respond. Check your connection.';
    throw new Problem(0, 'network_error', 'Server unreachable', detail, null);
  }
};
