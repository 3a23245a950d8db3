import { matchesWeakly } from '../contract/entity-tag.js';
import type { Middleware } from './context.js';

/**
 * Answers 304 without a body to a GET or HEAD whose `If-None-Match` names the entity tag of the answer (RFC 9110, 13.1.2).
 * `Cache-Control: no-cache` in the request changes nothing: the response is freshly made, and scripts that send the condition
 * themselves send that field with it (Fetch standard, HTTP-network-or-cache fetch).
 */
export const notModified = (): Middleware =>
  async function notModified(ctx, next) {
    await next();
    const { 'if-none-match': noneMatch } = ctx.req.headers;
    const etag = ctx.response.get('ETag');
    if (ctx.status !== 200 || noneMatch === undefined || etag === '' || ctx.state.isTimeBound === true) return;
    if (matchesWeakly(noneMatch, etag)) ctx.status = 304;
  };
