import autocannon from 'autocannon';

/** GET requests on several connections; each connection sends the next request after the response. */
export interface ReadLoad {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Access tokens, assigned to the connections in rotation. Empty for anonymous requests. */
  readonly tokens?: readonly string[];
}

/** Result of a sample. */
export interface ReadResult {
  readonly perSecond: number;
  /** Latency of each response, in milliseconds with fractions. */
  readonly latenciesMs: readonly number[];
}

/**
 * Sends GET requests for some seconds.
 * @throws {Error} if a response is not 2xx, since errors are fast and would look like good results
 */
export const sampleReads = async ({ url, connections, seconds, tokens = [] }: ReadLoad): Promise<ReadResult> => {
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
    // The histogram of autocannon has a resolution of one millisecond.
    instance.on('response', (_client, _status, _bytes, responseTime) => latenciesMs.push(responseTime));
  });
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  if (result.non2xx + result.errors > 0 || result['2xx'] === 0) {
    throw new Error(
      `${url}: ${result['2xx']} successful responses, ${result.non2xx} other responses, ${result.errors} errors`,
    );
  }
  return { perSecond: result['2xx'] / elapsedSeconds, latenciesMs };
};
