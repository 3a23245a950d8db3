/** A stream of the process. */
interface Output {
  on(event: 'error', listener: (error: Error & { readonly code?: string }) => void): unknown;
}

/**
 * Keeps failed writes from ending the process. A closed pipe (`rollcall … | head`) is not an error: the command continues,
 * and the rest of the output is dropped.
 * @returns the code of the first other failure, such as ENOSPC; null without one
 */
export const watchOutput = (...streams: readonly Output[]): (() => string | null) => {
  let failure: string | null = null;
  for (const stream of streams) {
    stream.on('error', ({ code = 'unknown error' }) => {
      if (code !== 'EPIPE' && code !== 'ERR_STREAM_DESTROYED') failure ??= code;
    });
  }
  return () => failure;
};
