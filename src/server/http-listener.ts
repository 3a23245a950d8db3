import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

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

/** How often connections are looked at while the server stops, in milliseconds. */
const sweepMs = 50;

/** A listening HTTP server whose application may be exchanged, and which stops without cutting a request off. */
export class HttpListener {
  readonly #server: Server;
  #handle: Handle;
  #isClosed = false;
  /** Each connection, and how many of its requests are unanswered. */
  readonly #open = new Map<Socket, number>();

  /** @param handle answers requests until `use` gives another */
  constructor(handle: Handle, timeouts?: HttpTimeouts) {
    this.#handle = handle;
    this.#server = createServer({ connectionsCheckingInterval: checkIntervalMs }, (request, response) => {
      const { socket } = request;
      this.#open.set(socket, (this.#open.get(socket) ?? 0) + 1);
      response.once('close', () => {
        const left = (this.#open.get(socket) ?? 1) - 1;
        if (this.#open.has(socket)) this.#open.set(socket, left);
      });
      void this.#handle(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.#open.set(socket, 0);
      socket.once('close', () => this.#open.delete(socket));
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
   * @throws the error of the system, such as EADDRINUSE, or Error once it has been closed
   */
  async listen(host: string, port: number): Promise<void> {
    if (this.#isClosed) throw new Error('the listener was closed before it listened');
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

  /**
   * Stops: takes no connections any more, now or later; lets the requests in flight finish; closes each connection as it
   * falls silent, the ones that never sent a whole request included.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    let seen = new Map<Socket, number>();
    const sweep = setInterval(() => {
      seen = this.#closeSilent(seen);
    }, sweepMs);
    seen = this.#closeSilent(seen);
    await closed;
    clearInterval(sweep);
  }

  /**
   * Closes connections without a request that have sent nothing since the last look: between two looks the event loop
   * has read whatever had arrived.
   * @param seen bytes read of each connection at the last look
   */
  #closeSilent(seen: ReadonlyMap<Socket, number>): Map<Socket, number> {
    const now = new Map<Socket, number>();
    for (const [socket, requests] of this.#open) {
      if (requests > 0) continue;
      if (seen.get(socket) === socket.bytesRead) socket.destroy();
      else now.set(socket, socket.bytesRead);
    }
    return now;
  }
}
