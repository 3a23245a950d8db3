import { AppError } from '../errors/app-error.js';
import type { Wrapper } from './context.js';

const hostHeaders = (rawHeaders: readonly string[]): number => {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === 'host') count += 1;
  }
  return count;
};

/** RFC 3986, 3.2.2: a name or an address, and a port. */
const hostForm = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::\d{0,5})?$/;

const decodes = (target: string): boolean => {
  if (!target.includes('%')) return true;
  try {
    decodeURIComponent(target);
    return true;
  } catch {
    return false;
  }
};

/**
 * Refuses request lines that readers could understand differently: an absolute target, more than one Host
 * (RFC 9112, 3.2), a broken percent-encoding.
 * @throws {AppError} bad_request
 */
export const requestLine = (): Wrapper =>
  async function requestLine(ctx, next) {
    const target = ctx.req.url ?? '';
    if (!target.startsWith('/')) throw new AppError('bad_request', { detail: 'The request target must be a path.' });
    if (hostHeaders(ctx.req.rawHeaders) > 1) {
      throw new AppError('bad_request', { detail: 'More than one Host header.' });
    }
    if (!hostForm.test(ctx.get('Host'))) {
      throw new AppError('bad_request', { detail: 'The Host header is not a host.' });
    }
    if (!decodes(target)) {
      throw new AppError('bad_request', { detail: 'The path or query has a broken percent-encoding.' });
    }
    await next();
  };
