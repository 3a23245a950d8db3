import { AppError } from '../errors/app-error.js';
import { linkPagePaths } from '../contract/page.js';
import type { Middleware } from './context.js';
import { parseRequestTarget } from './request-target.js';

/** An emailed link whose `#` was escaped, so that the fragment is part of the path. */
const escapedLink = new RegExp(`^(${linkPagePaths.join('|')})%(?:25)*23`);

/** Maps such a link to its page, so that the token is not passed on. The script of the page reads the URL. */
const pageOfLink = (target: string): string => escapedLink.exec(target)?.[1] ?? target;

/** The pages of the operator console, whose addresses may end with a slash. */
const consolePage = /^(\/console(?:\/(?!(?:assets|session)\/)[^/?]+){0,2})\/(?=\?|$)/;

/** The target without `server.basePath`, for proxies that do not remove it. */
const withoutBase = (target: string, basePath: string): string => {
  if (basePath === '' || !target.startsWith(basePath)) return target;
  const rest = target.slice(basePath.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : target;
};

/**
 * Rejects ambiguous request lines and normalizes the others: the URL of the request becomes its path and query, also if
 * an absolute URL was sent. `OPTIONS *`, which refers to the server as a whole (RFC 9110, 9.3.7), is handled here.
 * `server.basePath` is removed from the path, and added to the Location of the response.
 * @throws {AppError} bad_request
 */
export const requestLine = (): Middleware =>
  async function requestLine(ctx, next) {
    const read = parseRequestTarget(ctx.req);
    const { basePath } = ctx.state.settings.server;
    ctx.url = pageOfLink(withoutBase(read.target, basePath)).replace(consolePage, '$1');
    if ('error' in read) throw new AppError('bad_request', { detail: read.error });
    if (read.target === '*') {
      ctx.status = 204;
      return;
    }
    await next();
    const location = ctx.res.getHeader('Location');
    if (typeof location === 'string' && location.startsWith('/')) ctx.set('Location', basePath + location);
  };
