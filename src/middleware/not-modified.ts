import { matchesWeakly } from '../contract/entity-tag.js';
import type { Middleware } from './context.js';

/**
 * Responds with 304 to a GET or HEAD whose `If-None-Match` matches the ETag of the response (RFC 9110, 13.1.2).
 * `Cache-Control: no-cache` in the request is ignored, since browsers add it to requests of scripts with
 * `If-None-Match` (Fetch standard, HTTP-network-or-cache fetch).
 */
export const notModified = (): Middleware =>
  async function notModified(ctx, next) {
    await next();
    const { 'if-none-match': noneMatch } = ctx.req.headers;
    const etag = ctx.response.get('ETag');
    if (ctx.status !== 200 || noneMatch === undefined || etag === '' || ctx.state.isTimeBound === true) return;
    if (matchesWeakly(noneMatch, etag)) ctx.status = 304;
  };
