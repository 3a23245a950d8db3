import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Timeouts of a server, in milliseconds; they may be changed while it listens. */
export interface HttpTimeouts {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
}

/** An application: answers each request, in its own time. */
type Handle = (request: IncomingMessage, response: ServerResponse) => unknown;

/** How often Node looks for connections that have run out of time, in milliseconds. */
const checkIntervalMs = 1000;

/** How often connections that have fallen idle are closed while the server stops, in milliseconds. */
const idleSweepMs = 50;

/** A listening HTTP server whose application may be exchanged, and which stops without cutting a request off. */
export class HttpListener {
  readonly #server: Server;
  #handle: Handle;

  /** @param handle answers requests until `use` gives another */
  constructor(handle: Handle, timeouts?: HttpTimeouts) {
    this.#handle = handle;
    this.#server = createServer({ connectionsCheckingInterval: checkIntervalMs }, (request, response) => {
      void this.#handle(request, response);
    });
    if (timeouts) this.setTimeouts(timeouts);
  }

  /** Puts another application in charge of the requests that come from now on. */
  use(handle: Handle): void {
    this.#handle = handle;
  }

  /** Applies to connections that open, and to requests that begin, from now on. */
  setTimeouts({ headersTimeout, requestTimeout, keepAliveTimeout }: HttpTimeouts): void {
    this.#server.headersTimeout = headersTimeout;
    this.#server.requestTimeout = requestTimeout;
    this.#server.keepAliveTimeout = keepAliveTimeout;
  }

  /**
   * Listens; port 0 takes a free one.
   * @throws the error of the system, such as EADDRINUSE
   */
  async listen(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** Whether it takes connections. */
  get isListening(): boolean {
    return this.#server.listening;
  }

  /** Where it can be reached: `http://host:port`. */
  get url(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[address] ?? (family === 'IPv6' ? `[${address}]` : address);
    return `http://${host}:${String(port)}`;
  }

  /** Takes no new connection, lets the requests in flight finish, closes each connection as it falls idle. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const sweep = setInterval(() => this.#server.closeIdleConnections(), idleSweepMs);
    this.#server.closeIdleConnections();
    await closed;
    clearInterval(sweep);
  }
}
