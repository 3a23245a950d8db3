import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { ApiResponse } from './api-response.js';

/** A request as it is sent. */
export interface OutgoingRequest {
  readonly url: string;
  readonly method: string;
  /** Path and query of the request line. */
  readonly path: string;
  /** In the order in which they are sent; a name may occur twice. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
}

/** Maximum time to wait for a response, in milliseconds; shorter than the timeout of a step, so that the error names the request. */
const timeoutMs = 12_000;

const lostConnection: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE']);

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

const decoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = { br: brotliDecompressSync, gzip: gunzipSync };

const textOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const decode = decoders[message.headers['content-encoding'] ?? ''];
  return (decode === undefined || bytes.length === 0 ? bytes : decode(bytes)).toString();
};

const headersOf = ({ rawHeaders }: IncomingMessage): Headers => {
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  return headers;
};

/** The HTTP client of one scenario. Its connections stay open until the scenario ends. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  /**
   * Sends one request.
   * @throws Error that names the request if there is no response
   */
  async send(outgoing: OutgoingRequest): Promise<ApiResponse> {
    try {
      return await this.#once(outgoing);
    } catch (error) {
      // The server closed an idle connection just before it was used again, so the request was not processed.
      if (!(error instanceof StaleConnection)) throw error;
      return this.#once(outgoing);
    }
  }

  /** Closes every connection. */
  close(): void {
    this.#agent.destroy();
  }

  async #once({ url, method, path, headers, body }: OutgoingRequest): Promise<ApiResponse> {
    const { hostname, port, host, protocol } = new URL(url);
    if (protocol !== 'http:') return viaFetch({ url, method, path, headers, ...(body !== undefined && { body }) });
    const names = new Set(headers.map(([name]) => name.toLowerCase()));
    const all: [string, string][] = [
      ...(names.has('host') ? [] : [['Host', host] satisfies [string, string]]),
      ...headers.map(([name, value]): [string, string] => [name, value]),
      ...(body === undefined || names.has('content-length') || names.has('transfer-encoding')
        ? []
        : [['Content-Length', String(Buffer.byteLength(body))] satisfies [string, string]]),
      ...(names.has('connection') ? [] : [['Connection', 'keep-alive'] satisfies [string, string]]),
    ];
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request({
        agent: this.#agent,
        hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
        port: port === '' ? 80 : Number(port),
        method,
        path,
        headers: all.flat(),
      });
      sent.setTimeout(timeoutMs, () => {
        sent.destroy(new Error(`no response to ${method} ${path} within ${String(timeoutMs)} ms`));
      });
      sent.once('response', resolve);
      sent.on('error', (error) => {
        const isStale = sent.reusedSocket && lostConnection.has(codeOf(error));
        reject(isStale ? new StaleConnection() : error);
      });
      sent.end(body);
    });
    const text = await textOf(message);
    return new ApiResponse({ method, path, status: message.statusCode ?? 0, headers: headersOf(message), text });
  }
}

class StaleConnection extends Error {
  override readonly name = 'StaleConnection';
}

/** For deployed services behind TLS, to which only well-formed requests are sent. */
const viaFetch = async ({ url, method, path, headers, body }: OutgoingRequest): Promise<ApiResponse> => {
  const init = { method, headers: headers.map(([name, value]): [string, string] => [name, value]) };
  const sent = typeof body === 'string' ? body : body === undefined ? undefined : new Uint8Array(body);
  const response = await fetch(new URL(path, url), {
    ...init,
    redirect: 'manual',
    ...(sent !== undefined && { body: sent }),
  });
  return new ApiResponse({
    method,
    path,
    status: response.status,
    headers: response.headers,
    text: await response.text(),
  });
};

/**
 * Sends raw text to the service, and reads until the service closes the connection; for requests that no HTTP client would
 * send. Include `Connection: close`, unless the service is expected to close the connection.
 * @throws Error if the service neither responds nor closes the connection in time
 */
export const sendRaw = (url: string, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const chunks: Buffer[] = [];
    const socket = connect(Number(port === '' ? 80 : port), hostname);
    socket.setTimeout(timeoutMs, () => {
      socket.destroy(new Error(`the connection got no response and was not closed within ${String(timeoutMs)} ms`));
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error) => {
      // A service that rejects a request may reset the connection after its response.
      if (chunks.length > 0) resolve(Buffer.concat(chunks).toString());
      else reject(error);
    });
    socket.on('close', () => {
      resolve(Buffer.concat(chunks).toString());
    });
    socket.on('connect', () => socket.write(text, 'latin1'));
  });
