import inflation from 'inflation';
import getRawBody from 'raw-body';
import type { IncomingMessage } from 'node:http';
import { findDuplicateKey } from '../contract/unique-keys.js';
import { AppError } from '../errors/app-error.js';
import type { Middleware } from './context.js';

const hasBody = (request: IncomingMessage): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/** RFC 8259, 8.1: JSON between systems is UTF-8, so no other charset is accepted. */
const isJson = (contentType: string): boolean => {
  const [type = '', ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  return type === 'application/json' && (charset === undefined || charset === 'utf-8' || charset === 'utf8');
};

const isErrorOf = (error: unknown, key: string, values: readonly unknown[]): boolean =>
  typeof error === 'object' && error !== null && values.includes((error as Record<string, unknown>)[key]);

/** The content codings that are decoded (RFC 9110, 8.4.1). */
const codings = 'gzip, deflate, br, identity';

/** RFC 9110, 15.5.16: the 415 response lists the content codings that are accepted. */
const unknownCoding = (cause: unknown): AppError =>
  new AppError('unsupported_media_type', {
    detail: `The content coding of the body is not supported; use one of ${codings}.`,
    headers: { 'Accept-Encoding': codings },
    cause,
  });

/** Errors of libraries are recognised by type or status, not by message. */
const bodyError = (error: unknown, limit: number): AppError => {
  if (isErrorOf(error, 'type', ['entity.too.large'])) {
    const detail = `The request body exceeds the limit of ${String(limit)} bytes.`;
    return new AppError('payload_too_large', { detail, cause: error });
  }
  if (isErrorOf(error, 'status', [415])) return unknownCoding(error);
  return new AppError('bad_encoding', { cause: error });
};

const read = async (request: IncomingMessage, limit: number): Promise<Buffer> => {
  // RFC 9110, 8.4.1: codings are case-insensitive, and x-gzip is gzip.
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase().replace('x-gzip', 'gzip');
  request.headers['content-encoding'] = encoding;
  const length = encoding === 'identity' ? request.headers['content-length'] : undefined;
  try {
    return await getRawBody(inflation(request), { limit, length: length ?? null });
  } catch (error) {
    // The rest of the body must be consumed, or the next request on the connection never starts.
    request.unpipe();
    request.resume();
    throw bodyError(error, limit);
  }
};

/** Longest member name that an error repeats, in UTF-16 code units. */
const namedLength = 64;

const decode = (bytes: Buffer): { text: string; value: unknown } => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, value: JSON.parse(text) as unknown };
  } catch (error) {
    throw new AppError('malformed_json', { cause: error });
  }
};

const parse = (bytes: Buffer): unknown => {
  const { text, value } = decode(bytes);
  const duplicate = findDuplicateKey(text);
  if (duplicate === undefined) return value;
  const name = JSON.stringify(duplicate.toWellFormed().slice(0, namedLength));
  throw new AppError('malformed_json', { detail: `An object in the body has the member ${name} more than once.` });
};

const notJson = (): AppError =>
  new AppError('unsupported_media_type', { detail: 'The body must be application/json in UTF-8.' });

/**
 * Reads the JSON body; a missing one counts as `{}`.
 * @throws {AppError} unsupported_media_type, payload_too_large, bad_encoding, malformed_json
 */
export const body = (): Middleware =>
  async function body(ctx, next) {
    if (!hasBody(ctx.req)) {
      ctx.state.body = {};
    } else {
      const type = ctx.get('Content-Type');
      if (type !== '' && !isJson(type)) throw notJson();
      const { settings, deadline } = ctx.state;
      const bytes = await deadline.pausedDuring(() => read(ctx.req, settings.server.bodyLimit));
      // Some clients declare a chunked body, send no chunk and no type: that counts as a missing body.
      if (type === '' && bytes.length > 0) throw notJson();
      ctx.state.body = bytes.length === 0 ? {} : parse(bytes);
    }
    await next();
  };
