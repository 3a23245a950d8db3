import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import {
  isConnectionError,
  parseErrorOf,
  parseErrorResponse,
  respondAndClose,
  type ParseError,
  type ParseErrorReporter,
} from './parse-errors.js';
import { createSocket, type SocketModes } from './socket-file.js';

/** Timeouts of a server, in milliseconds. They can be changed while it listens. */
export interface HttpTimeouts {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
}

/** An application: responds to each request asynchronously. */
type Handle = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Interval at which Node checks connections for timeouts, in milliseconds. */
const checkIntervalMs = 1000;

/** Interval at which connections are checked while the server stops, in milliseconds. */
const sweepMs = 50;

/** The state of an open connection. */
interface Connection {
  /** Requests without a complete response. */
  unanswered: number;
  /** The last request and its response. */
  last?: { readonly request: IncomingMessage; readonly response: ServerResponse };
  /** Set if the parser has rejected a request. The response to it follows those of earlier requests. */
  rejected?: ParseError;
}

/** An HTTP server whose application can be replaced, and which completes open requests before it stops. */
export class HttpListener {
  readonly #server: Server;
  readonly #report: ParseErrorReporter | undefined;
  #handle: Handle;
  #isClosed = false;
  #socket: { readonly path: string; readonly remove: () => void } | undefined;
  readonly #open = new Map<Socket, Connection>();

  /**
   * @param handle handles requests until `use` sets another application
   * @param report is called with each request that the parser rejects
   */
  constructor(handle: Handle, timeouts?: HttpTimeouts, report?: ParseErrorReporter) {
    this.#handle = handle;
    this.#report = report;
    // The application rejects a missing Host, like a malformed one.
    this.#server = createServer(
      { connectionsCheckingInterval: checkIntervalMs, requireHostHeader: false },
      (request, response) => {
        this.#begin(request, response);
        void this.#handle(request, response);
      },
    );
    this.#server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
      this.#begin(request, response);
      const code = 'EXPECTATION_FAILED';
      const failure = Object.assign(new Error('unsupported expectation'), { code });
      const error = parseErrorOf(failure, randomUUID(), request.socket.remoteAddress);
      this.#report?.(error);
      const { head, body } = parseErrorResponse(error);
      response.writeHead(error.status, head).end(body);
    });
    this.#server.on('connection', (socket) => {
      this.#open.set(socket, { unanswered: 0 });
      socket.once('close', () => this.#open.delete(socket));
    });
    this.#server.on('clientError', (error, socket) => {
      this.#reject(error, socket as Socket);
    });
    if (timeouts) this.setTimeouts(timeouts);
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const connection = this.#open.get(socket) ?? { unanswered: 0 };
    connection.unanswered += 1;
    connection.last = { request, response };
    response.once('close', () => {
      connection.unanswered -= 1;
      if (connection.unanswered === 0 && connection.rejected) respondAndClose(socket, connection.rejected);
    });
  }

  /**
   * Responds to a request that the parser rejected, once for each connection, since the parser reports the error again
   * for everything that follows. Complete requests that arrived earlier are answered first.
   */
  #reject(error: Error, socket: Socket): void {
    const connection = this.#open.get(socket);
    if (connection?.rejected) return;
    if (!connection || isConnectionError(error) || !socket.writable) {
      socket.destroy();
      return;
    }
    connection.rejected = parseErrorOf(error, randomUUID(), socket.remoteAddress);
    this.#report?.(connection.rejected);
    const { unanswered, last } = connection;
    if (unanswered === 0) respondAndClose(socket, connection.rejected);
    // The rest of the last request's body cannot be read; its handler is released when the connection closes.
    else if (last?.request.complete === false) {
      if (unanswered > 1 || last.response.headersSent) socket.destroy();
      else respondAndClose(socket, connection.rejected);
    }
  }

  /** Sets the application for further requests. */
  use(handle: Handle): void {
    this.#handle = handle;
  }

  /** Sets the timeouts for new connections and new requests. */
  setTimeouts({ headersTimeout, requestTimeout, keepAliveTimeout }: HttpTimeouts): void {
    this.#server.headersTimeout = headersTimeout;
    this.#server.requestTimeout = requestTimeout;
    this.#server.keepAliveTimeout = keepAliveTimeout;
  }

  /**
   * Listens. Port 0 selects a free port.
   * @throws a system error such as EADDRINUSE, or Error if it has been closed
   */
  async listen(host: string, port: number): Promise<void> {
    await this.#listen({ host, port });
  }

  /**
   * Listens on a Unix socket, and removes it when it closes. The socket of a process that was killed is replaced.
   * @throws {SocketPathError} or Error if it has been closed
   */
  async listenOnSocket(path: string, modes: SocketModes): Promise<void> {
    const remove = await createSocket(path, (draft) => this.#listen({ path: draft }), modes);
    this.#socket = { path, remove };
  }

  async #listen(where: ListenOptions): Promise<void> {
    if (this.#isClosed) throw new Error('the listener was closed before it listened');
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(where, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** Whether it accepts connections. */
  get isListening(): boolean {
    return this.#server.listening;
  }

  /** Its URL: `http://host:port`, or `unix:/path`. */
  get url(): string {
    if (this.#socket) return `unix:${this.#socket.path}`;
    const { address, family, port } = this.#server.address() as AddressInfo;
    const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[address] ?? (family === 'IPv6' ? `[${address}]` : address);
    return `http://${host}:${String(port)}`;
  }

  /**
   * Stops accepting connections, completes the requests in flight, and closes each connection when it becomes idle,
   * including those that never sent a complete request.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#socket?.remove();
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
   * Closes connections without a request that have sent nothing since the last check. Between two checks, the event
   * loop has read everything that had arrived.
   * @param seen bytes read from each connection at the last check
   */
  #closeSilent(seen: ReadonlyMap<Socket, number>): Map<Socket, number> {
    const now = new Map<Socket, number>();
    for (const [socket, { unanswered }] of this.#open) {
      if (unanswered > 0) continue;
      if (seen.get(socket) === socket.bytesRead) socket.destroy();
      else now.set(socket, socket.bytesRead);
    }
    return now;
  }
}
