import { Agent, request, type IncomingHttpHeaders } from 'node:http';

/** A request. */
export interface RequestOptions {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response. */
export interface HttpResponse {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
  /** Until the last byte was received, in milliseconds. */
  readonly ms: number;
}

/** A minimal client with keep-alive connections, so that the client costs less than the requests it measures. */
export class HttpClient {
  readonly #agent: Agent;

  /** @param connections maximum; further requests wait */
  constructor(
    private readonly url: string,
    connections: number,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Sends one request and reads the response. */
  send({ method = 'GET', path, body, token, headers: extra }: RequestOptions): Promise<HttpResponse> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(payload !== undefined && {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(payload),
      }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...extra,
    };
    return new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const sent = request(new URL(path, this.url), { method, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            text,
            headers: response.headers,
            ms: performance.now() - startedAt,
          });
        });
      });
      sent.on('error', reject);
      sent.end(payload);
    });
  }

  /**
   * Like `send`.
   * @throws {Error} if the response has another status
   */
  async expect(status: number, options: RequestOptions): Promise<HttpResponse> {
    const response = await this.send(options);
    if (response.status === status) return response;
    throw new Error(`${options.path}: expected status ${status}, got ${response.status}: ${response.text}`);
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }
}
