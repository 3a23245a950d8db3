import { AppError } from '../errors/app-error.js';
import { linkPagePaths } from '../contract/page.js';
import type { Middleware } from './context.js';
import { parseRequestTarget } from './request-target.js';

/** A link of a mail whose `#` was escaped on the way: the page, and the fragment as a part of the path. */
const escapedLink = new RegExp(`^(${linkPagePaths.join('|')})%(?:25)*23`);

/** The page itself for such a link, so that it is served and the token goes no further; its script reads the address. */
const pageOfLink = (target: string): string => escapedLink.exec(target)?.[1] ?? target;

/** The target without `server.basePath`, for proxies that leave it there. */
const withoutBase = (target: string, basePath: string): string => {
  if (basePath === '' || !target.startsWith(basePath)) return target;
  const rest = target.slice(basePath.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : target;
};

/**
 * Refuses request lines that readers could understand differently, and brings the others into one form: from here on the
 * URL of the request is its path and query, also where an absolute URL was sent. `OPTIONS *` asks for the server as a
 * whole and is answered here (RFC 9110, 9.3.7).
 * `server.basePath` is removed from the path, and added to the Location of the response.
 * @throws {AppError} bad_request
 */
export const requestLine = (): Middleware =>
  async function requestLine(ctx, next) {
    const read = parseRequestTarget(ctx.req);
    const { basePath } = ctx.state.settings.server;
    ctx.url = pageOfLink(withoutBase(read.target, basePath));
    if ('fault' in read) throw new AppError('bad_request', { detail: read.fault });
    if (read.target === '*') {
      ctx.status = 204;
      return;
    }
    await next();
    const location = ctx.res.getHeader('Location');
    if (typeof location === 'string' && location.startsWith('/')) ctx.set('Location', basePath + location);
  };
