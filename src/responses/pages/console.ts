import { randomBytes } from 'node:crypto';
import type { ApiContext } from '../../middleware/context.js';

/** Nothing inline, except style sheets with the nonce of the response, and nothing from elsewhere (CSP Level 3). */
const contentSecurityPolicy = (nonce: string): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

/**
 * Sends the page of the console. Its scripts and links are relative to the base URL, so that it works under any base path.
 * @param template the built page, with the placeholders `__BASE__` and `__NONCE__`
 */
export const sendConsolePage = (ctx: ApiContext, template: string): void => {
  const nonce = randomBytes(16).toString('base64');
  ctx.set({ 'Content-Security-Policy': contentSecurityPolicy(nonce), 'Cache-Control': 'no-store' });
  ctx.type = 'text/html; charset=utf-8';
  ctx.body = template
    .replaceAll('__BASE__', `${ctx.state.settings.server.basePath}/console/`)
    .replaceAll('__NONCE__', nonce);
};
