import type { Handler } from '../../middleware/context.js';
import { Representation } from '../../middleware/representation.js';

/** URLs are relative, so that the page works under any base path. */
const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Rollcall API</title>
    <link rel="stylesheet" href="docs/swagger-ui.css">
    <link rel="stylesheet" href="docs/docs.css">
    <link rel="icon" href="data:,">
  </head>
  <body>
    <div class="login">
      <form id="login" method="post">
        <label for="username">Username</label>
        <input id="username" name="username" autocomplete="username" required>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required>
        <button type="submit">Log in</button>
      </form>
      <p id="status" role="status" aria-live="polite"></p>
      <button type="button" id="logout" hidden>Log out</button>
    </div>
    <div id="swagger-ui"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

/** No inline code and no other origins. Swagger UI needs `data:` images for its icons. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** GET /docs: the API reference page (Swagger UI). */
export const docsPage = (): Handler => {
  const page = new Representation('text/html; charset=utf-8', html);
  return async function docsPage(ctx) {
    ctx.set({ 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' });
    await page.send(ctx);
  };
};
