import { randomUUID } from 'node:crypto';
import { clientKey, clientIpAddress } from '../ip-address.js';
import type { Services } from '../services.js';
import type { Logger } from '../observability/logger.js';
import type { RequestSpan } from '../observability/tracing/request-span.js';
import type { Middleware } from './context.js';

/** The client's request id is used if it is a token of at most 128 characters. */
const saneRequestId = /^[A-Za-z0-9._:+/=@-]{1,128}$/;

/**
 * A valid `traceparent` (W3C Trace Context, 3.2). OpenTelemetry parses it if requests are traced; this is for log lines without
 * loading its SDK.
 */
const traceparentForm =
  /^(?!ff)(?:00(?!.{53}-)|(?!00)[\da-f]{2})-(?!0{32})(?<traceId>[\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-.*)?$/;

/** Maximum length of a stored user agent. */
const userAgentLength = 512;

/** Bytes that Node accepts in a header, and that a terminal which shows the log may execute (ECMA-48, 5.4). */
const controlCharacters = /[\u007f-\u009f]/g;

const requestIdOf = (sent: string): string => (saneRequestId.test(sent) ? sent : randomUUID());

/**
 * The state of one request. The child logger is created when the first line is logged, since most requests do not need
 * it. The getter belongs to the class, because one defined on each object would create a hidden class per request.
 */
class InitialState {
  readonly #log: Logger;
  readonly #requestId: string;
  readonly #traceparent: string;
  /** Set immediately after the state is created, before anything is logged. */
  span?: RequestSpan;
  #child: Logger | undefined;

  constructor(log: Logger, requestId: string, traceparent: string) {
    this.#log = log;
    this.#requestId = requestId;
    this.#traceparent = traceparent;
  }

  /** Its lines contain the ids of the request and of its trace. */
  get log(): Logger {
    return (this.#child ??= this.#log.child({ request_id: this.#requestId, ...this.#traceIds }));
  }

  /** The trace ids that the caller sent, while requests are not traced. */
  get #traceIds(): { readonly trace_id?: string } {
    if (this.span !== undefined) return this.span.ids;
    const traceId = traceparentForm.exec(this.#traceparent)?.groups?.['traceId'];
    return traceId === undefined ? {} : { trace_id: traceId };
  }
}

/**
 * Creates the state of each request: the settings snapshot, the time, the client address, and the request id, which is
 * in `X-Request-Id` and in every log line.
 */
export const requestContext = ({
  config,
  clock,
  log,
  lifecycle,
}: Pick<Services, 'config' | 'clock' | 'log' | 'lifecycle'>): Middleware =>
  async function requestContext(ctx, next) {
    const settings = config.current;
    const requestId = requestIdOf(ctx.get('X-Request-Id'));
    const address = clientIpAddress(
      ctx.req.socket.remoteAddress ?? '',
      ctx.req.headers['x-forwarded-for'] as string | undefined,
      settings.server.trustedProxyHops,
    );
    const userAgent = ctx.get('User-Agent').slice(0, userAgentLength).replaceAll(controlCharacters, '?');
    ctx.state = Object.assign(new InitialState(log, requestId, ctx.get('traceparent')), ctx.state);
    ctx.state.settings = settings;
    ctx.state.now = clock.now();
    ctx.state.requestMetadata = { ipAddress: address, userAgent: userAgent === '' ? null : userAgent, requestId };
    ctx.state.clientKey = clientKey(address);
    ctx.set('X-Request-Id', requestId);
    await next();
    if (lifecycle.stopping) ctx.set('Connection', 'close');
  };
