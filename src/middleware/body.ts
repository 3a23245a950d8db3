import inflation from 'inflation';
import getRawBody from 'raw-body';
import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors/app-error.js';
import type { Wrapper } from './context.js';

const hasBody = (request: IncomingMessage): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/** RFC 8259, 8.1: JSON between systems is UTF-8, so no other charset is taken. */
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

/** Foreign errors by their type or code, never by their text. */
const bodyError = (error: unknown): AppError => {
  if (isErrorOf(error, 'type', ['entity.too.large'])) return new AppError('payload_too_large', { cause: error });
  if (isErrorOf(error, 'status', [415])) return new AppError('unsupported_media_type', { cause: error });
  return new AppError('bad_encoding', { cause: error });
};

const read = async (request: IncomingMessage, limit: number): Promise<Buffer> => {
  // RFC 9110, 8.4.1: the names of codings have no case, and x-gzip is gzip.
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase().replace('x-gzip', 'gzip');
  request.headers['content-encoding'] = encoding;
  const length = encoding === 'identity' ? request.headers['content-length'] : undefined;
  try {
    return await getRawBody(inflation(request), { limit, length: length ?? null });
  } catch (error) {
    // What is left of the body must be read off, or the next request on the connection waits behind it for ever.
    request.unpipe();
    request.resume();
    throw bodyError(error);
  }
};

const parse = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new AppError('malformed_json', { cause: error });
  }
};

const notJson = (): AppError =>
  new AppError('unsupported_media_type', { detail: 'The body must be application/json in UTF-8.' });

/**
 * Reads the JSON body; a missing one counts as `{}`.
 * @throws {AppError} unsupported_media_type, payload_too_large, bad_encoding, malformed_json
 */
export const body = (): Wrapper =>
  async function body(ctx, next) {
    if (!hasBody(ctx.req)) {
      ctx.state.body = {};
    } else {
      const type = ctx.get('Content-Type');
      if (type !== '' && !isJson(type)) throw notJson();
      const { settings, deadline } = ctx.state;
      const bytes = await deadline.pausedDuring(() => read(ctx.req, settings.server.bodyLimit));
      // Some clients announce chunks, send none, and name no type: that is a missing body.
      if (type === '' && bytes.length > 0) throw notJson();
      ctx.state.body = bytes.length === 0 ? {} : parse(bytes);
    }
    await next();
  };
