import { Agent, request } from 'node:http';

/** What is sent. */
export interface Sending {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** From sending until the last byte, in milliseconds. */
  readonly ms: number;
}

/** A small client on kept connections: probing must cost less than what it probes. */
export class HttpClient {
  readonly #agent: Agent;

  /** @param connections at most; what exceeds them waits */
  constructor(
    private readonly url: string,
    connections: number,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Sends one request and reads the whole answer. */
  send({ method = 'GET', path, body, token }: Sending): Promise<Answer> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(payload !== undefined && {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(payload),
      }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    };
    return new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const sent = request(new URL(path, this.url), { method, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, text, ms: performance.now() - startedAt });
        });
      });
      sent.on('error', reject);
      sent.end(payload);
    });
  }

  /** As `send`, but any other status than the expected one is a fault of the benchmark. */
  async expect(status: number, sending: Sending): Promise<Answer> {
    const answer = await this.send(sending);
    if (answer.status === status) return answer;
    throw new Error(`${sending.path} answered ${answer.status} instead of ${status}: ${answer.text}`);
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }
}
