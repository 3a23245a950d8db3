import autocannon from 'autocannon';

/** A stream of GET requests, each connection sending the next when the last was answered. */
export interface ReadLoad {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Shared out among the connections in turn; none are sent when empty. */
  readonly tokens?: readonly string[];
}

/** What a slice of reads has shown. */
export interface ReadResult {
  readonly perSecond: number;
  /** Of each answer, in milliseconds and fractions of them. */
  readonly latenciesMs: readonly number[];
}

/**
 * Runs one slice of reads.
 * @throws {Error} when any answer is not 2xx: errors are quick, and would look like speed
 */
export const readSlice = async ({ url, connections, seconds, tokens = [] }: ReadLoad): Promise<ReadResult> => {
  const latenciesMs: number[] = [];
  let connection = 0;
  const startedAt = performance.now();
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections,
        duration: seconds,
        setupClient: (client) => {
          const token = tokens[connection % Math.max(1, tokens.length)];
          connection += 1;
          if (token !== undefined) client.setHeaders({ authorization: `Bearer ${token}` });
        },
      },
      (error: unknown, done) => {
        if (error instanceof Error) reject(error);
        else resolve(done);
      },
    );
    // Its own histogram counts whole milliseconds.
    instance.on('response', (_client, _status, _bytes, responseTime) => latenciesMs.push(responseTime));
  });
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  if (result.non2xx + result.errors > 0 || result['2xx'] === 0) {
    throw new Error(`${url}: ${result['2xx']} good answers, ${result.non2xx} others, ${result.errors} errors`);
  }
  return { perSecond: result['2xx'] / elapsedSeconds, latenciesMs };
};
