import type { ApiContext } from '../../middleware/context.js';

/**
 * The policy of the page of an emailed link: its script and style, and calls to this service. No inline code, no other
 * origins, no frames, and no forms that the browser submits itself (CSP Level 3).
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

/** A page: its texts, and the endpoint to which it sends the token. */
export interface LinkPage {
  readonly title: string;
  readonly intro: string;
  /** The endpoint to which `{token}` and the fields of the form are sent. */
  readonly endpoint: string;
  /** Fields of the form, as HTML. */
  readonly fields?: string;
  readonly button: string;
  readonly done: string;
}

/**
 * Responds with the page of an emailed link. Its script reads the token from the fragment, which is never sent to a
 * server, and calls the API only when the user submits the form, so that email scanners that open links do not use up
 * the token.
 * @param page trusted texts, without user input
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
