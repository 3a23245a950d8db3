import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Config } from '../../config/config.js';
import { problems, type ErrorCode } from '../../errors/codes.js';
import { clientIpAddress, loggedIpAddress } from '../../ip-address.js';
import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';

/** A request that Node's HTTP parser rejected before it reached the application. */
export interface ParseError {
  /** Error code of the parser or of Node: `HPE_INVALID_METHOD`, `ERR_HTTP_REQUEST_TIMEOUT`. */
  readonly code: string;
  readonly message: string;
  readonly status: number;
  /** Created for the response, since the headers of the request cannot be read. */
  readonly requestId: string;
  /** IP address of the peer, which is the proxy if there is one; undefined on a Unix socket. */
  readonly ipAddress: string | undefined;
}

/** Is called with each request that could not be parsed. */
export type ParseErrorReporter = (error: ParseError) => void;

/** Error codes by parser error. Other parser errors are `bad_request`. */
const answers: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  EXPECTATION_FAILED: 'expectation_failed',
};

/** The `detail` of the response. */
const details: Partial<Record<ErrorCode, string>> = {
  bad_request: 'The request is not valid HTTP/1.1.',
  headers_too_large: 'The request line and the headers together are too large.',
  payload_too_large: 'The chunk extensions of the body are too large.',
  request_timeout: 'The request did not arrive in time.',
  expectation_failed: 'The only expectation that is supported is 100-continue.',
};

/** Time for the client to read the response before the connection is destroyed, in milliseconds. */
const lingerMs = 1000;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

/** Whether the connection itself failed, so that no response can be sent. */
export const isConnectionError = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes(codeOf(error));

/** The request that was rejected with this error. */
export const parseErrorOf = (error: unknown, requestId: string, ipAddress?: string): ParseError => {
  const code = codeOf(error);
  // The error of the parser also contains the bytes that it read, which may contain secrets, so only its message is
  // kept.
  const message = error instanceof Error ? error.message : 'unknown error';
  return { code, message, status: problems[answers[code] ?? 'bad_request'].status, requestId, ipAddress };
};

/** The response: problem details (RFC 9457) and `Connection: close`. */
export const parseErrorResponse = ({
  code,
  status,
  requestId,
}: ParseError): { head: Record<string, string>; body: string } => {
  const name = answers[code] ?? 'bad_request';
  const { title } = problems[name];
  const type = `urn:rollcall:problem:${name}`;
  const body = JSON.stringify({
    type,
    title,
    status,
    detail: details[name] ?? problems[name].detail,
    code: name,
    request_id: requestId,
  });
  const head = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': requestId,
    Connection: 'close',
  };
  return { head, body };
};

/** Writes the response to the connection, since no request exists to respond to, and closes the connection. */
export const respondAndClose = (socket: Duplex, error: ParseError): void => {
  const { head, body } = parseErrorResponse(error);
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${String(error.status)} ${STATUS_CODES[error.status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
  // Destroying the connection while the client is still sending resets it, and the client may lose the response.
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once('close', () => {
    clearTimeout(timer);
  });
};

/** Logs and counts requests that could not be parsed. */
export const reportParseErrors = ({
  config,
  log,
  metrics,
}: {
  config: Config;
  log: Logger;
  metrics: Metrics;
}): ParseErrorReporter => {
  const total = metrics.counter(
    'rollcall_http_parse_errors_total',
    'Requests that the HTTP parser rejected before they reached a route, by the code of the error.',
    ['code'],
  );
  return ({ code, message, status, requestId, ipAddress }) => {
    total.inc({ code });
    const { clientIp } = config.current.logging;
    const client_ip =
      ipAddress === undefined ? undefined : loggedIpAddress(clientIpAddress(ipAddress, undefined, 0), clientIp);
    const facts = { code, message, status, request_id: requestId, client_ip };
    log.info({ event: 'http.invalid_request', ...facts }, 'invalid HTTP request');
  };
};
