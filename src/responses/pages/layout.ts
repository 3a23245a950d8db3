import type { ApiContext } from '../../middleware/context.js';

/**
 * What the page of a mailed link may load: its own script and style, and calls to this service. Nothing inline, nothing
 * from elsewhere, no frame, and no form that a browser would send by itself (CSP Level 3).
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** One page: what it says, where it sends the token, and what it says when that has worked. */
export interface LinkPage {
  readonly title: string;
  readonly intro: string;
  /** The endpoint that takes `{token}` and the named fields of the form. */
  readonly endpoint: string;
  /** Fields of the form, as HTML. */
  readonly fields?: string;
  readonly button: string;
  readonly done: string;
}

/**
 * Answers with the page of a mailed link. Its script takes the token out of the fragment, which never reaches a server,
 * and calls the API when the person asks for it: scanners that open every link in a mail spend nothing.
 * @param page texts of our own, without anything from outside
 */
export const renderPage = (ctx: ApiContext, page: LinkPage): void => {
  ctx.set('Content-Security-Policy', contentSecurityPolicy);
  ctx.type = 'text/html; charset=utf-8';
  ctx.body = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>${page.title} – Rollcall</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="pages/link.css">
    <script src="pages/link.js" defer></script>
  </head>
  <body>
    <main>
      <h1>${page.title}</h1>
      <noscript><p>This page requires JavaScript. Please enable it in your browser.</p></noscript>
      <form method="post" data-endpoint="${page.endpoint.slice(1)}" data-done="${page.done}" hidden>
        <p>${page.intro}</p>
        ${page.fields ?? ''}
        <button type="submit">${page.button}</button>
      </form>
      <div id="result" role="status" aria-live="polite" tabindex="-1"></div>
    </main>
  </body>
</html>
`;
};
