/**
 * GET /docs/start.js: starts Swagger UI and the login form above it. All URLs are relative, so that the page works
 * under any base path. An access token stays in the local storage of the browser until it expires or the user logs out.
 */
export const startScript = `'use strict';
(() => {
  const form = document.getElementById('login');
  const username = document.getElementById('username');
  const password = document.getElementById('password');
  const status = document.getElementById('status');
  const logOut = document.getElementById('logout');

  const ui = SwaggerUIBundle({
    url: 'openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    docExpansion: 'none',
    filter: true,
    persistAuthorization: true,
    showExtensions: true,
    validatorUrl: null,
    onComplete: () => restore(),
  });
  window.ui = ui;

  const show = (text, isSignedIn) => {
    status.textContent = text;
    form.hidden = isSignedIn;
    logOut.hidden = !isSignedIn;
  };

  const call = async (method, path, { token, body } = {}) => {
    const response = await fetch(path, {
      method,
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        ...(token && { Authorization: 'Bearer ' + token }),
      },
      ...(body && { body: JSON.stringify(body) }),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    const text = await response.text();
    return { ok: response.ok, body: text === '' ? {} : JSON.parse(text) };
  };

  const tokenInUse = () => {
    const bearer = ui.authSelectors.authorized().get('bearer');
    return bearer ? bearer.get('value') : undefined;
  };
  const authorize = (value) =>
    ui.authActions.authorizeWithPersistOption({
      bearer: { name: 'bearer', schema: { type: 'http', scheme: 'bearer' }, value },
    });
  const forget = () => ui.authActions.logoutWithPersistOption(['bearer']);

  const restore = async () => {
    const token = tokenInUse();
    if (!token) return;
    const { ok, body } = await call('GET', 'api/v1/users/me', { token });
    if (ok) return show('Logged in as ' + body.username + '.', true);
    forget();
    show('Your session has expired. Log in again.', false);
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    show('Logging in …', false);
    try {
      const credentials = { username: username.value, password: password.value };
      const { ok, body } = await call('POST', 'api/v1/auth/login', { body: credentials });
      if (!ok) return show((body.detail || 'The request failed') + ' (' + body.code + ')', false);
      authorize(body.access_token);
      form.reset();
      show('Logged in as ' + body.user.username + '.', true);
    } catch {
      show('The service cannot be reached.', false);
    }
  });

  logOut.addEventListener('click', async () => {
    const token = tokenInUse();
    forget();
    show('Logged out.', false);
    if (token) await call('POST', 'api/v1/auth/logout', { token, body: {} }).catch(() => undefined);
  });
})();
`;

/** GET /docs/docs.css: the style of the login form. */
export const docsStyle = `.login { max-width: 1460px; margin: 0 auto; padding: 1rem 20px 0; font-family: sans-serif; font-size: 14px; }
.login form { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.login [hidden] { display: none; }
.login input { padding: 0.4rem; border: 1px solid #8c8c8c; border-radius: 4px; }
.login button { padding: 0.4rem 1rem; border: 1px solid #3b4151; border-radius: 4px; background: #fff; cursor: pointer; }
.login p { min-height: 1.2em; margin: 0.5rem 0; }
`;
