/**
 * GET /pages/link.js: reads the token from the fragment, or from the path if the `#` was escaped, removes it from the
 * address bar and the history, sends it with the form, and shows the result. Text is inserted as text, never as HTML.
 */
export const linkScript = `'use strict';
(() => {
  const form = document.querySelector('form');
  const result = document.getElementById('result');
  const password = document.getElementById('new-password');
  const username = document.getElementById('username');
  const currentPassword = document.getElementById('password');
  const show = document.getElementById('show');
  const button = form.querySelector('button');
  let token = null;
  let busy = false;

  const messages = {
    invalid_token: 'This link is no longer valid: it has been used, has expired, or was replaced by a newer one. Please request a new link.',
    email_taken: 'This email address has been confirmed for another account.',
    invalid_credentials: 'The username or password is incorrect. You can also leave both fields empty.',
    registration_closed: 'No account has this email address, and registration is currently closed.',
  };

  const paragraph = (text) => {
    const element = document.createElement('p');
    element.textContent = text;
    return element;
  };

  const say = (kind, ...content) => {
    result.className = kind;
    result.replaceChildren(...content);
    if (kind === 'done' || form.hidden) result.focus();
  };

  const messagesOf = (status, problem) => {
    if (problem.errors) {
      const nameOf = (path) => path.slice(1).replace('new_', '').replaceAll('_', ' ');
      return problem.errors.map(({ path, message }) => 'The ' + nameOf(path) + ' ' + message + '.');
    }
    if (messages[problem.code]) return [messages[problem.code]];
    if (problem.retry_after) return ['Please try again in ' + problem.retry_after + ' seconds.'];
    return ['Something went wrong (' + (problem.code || status) + '). Please try again later.'];
  };

  const shown = (id, name, value) => {
    const label = document.createElement('label');
    label.htmlFor = id;
    label.textContent = name;
    const area = document.createElement('textarea');
    area.id = id;
    area.readOnly = true;
    area.rows = 4;
    area.value = value;
    return [label, area];
  };

  const facts = (body) => body === null ? [] : [
    paragraph('Your username is ' + body.user.username + '.'),
    ...shown('access-token', 'Access token', body.access_token),
    ...shown('refresh-token', 'Refresh token', body.refresh_token),
  ];

  const refuse = (messages) => {
    say('refused', ...messages.map(paragraph));
    if (password) {
      password.setAttribute('aria-invalid', 'true');
      password.focus();
    }
  };

  const post = async (path, content, accessToken) => {
    const response = await fetch(path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(accessToken && { Authorization: 'Bearer ' + accessToken }),
      },
      body: JSON.stringify(content),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    const text = await response.text();
    return { ok: response.ok, status: response.status, body: text === '' ? null : JSON.parse(text) };
  };

  const send = async () => {
    let session = null;
    if (username && (username.value !== '' || currentPassword.value !== '')) {
      const login = await post('api/v1/auth/login', { username: username.value, password: currentPassword.value });
      if (!login.ok) return refuse(messagesOf(login.status, login.body || {}));
      session = login.body.access_token;
    }
    const content = { token, ...(password && { new_password: password.value }) };
    const { ok, status, body } = await post(form.dataset.endpoint, content, session);
    // The session only proves whose account it is. If the logout fails, it expires.
    if (session) await post('api/v1/auth/logout', {}, session).catch(() => undefined);
    if (!ok) return refuse(messagesOf(status, body || {}));
    token = null;
    form.hidden = true;
    form.reset();
    say('done', paragraph(form.dataset.done), ...facts(body));
  };

  const read = () => {
    const escaped = /%(?:25)*23.*$/;
    const fragment = location.hash || (escaped.exec(location.pathname) || [''])[0];
    const found = (/token(?:=|%(?:25)*3D)([A-Za-z0-9_-]+)/i.exec(fragment) || [])[1] || null;
    if (fragment !== '') history.replaceState(null, '', location.pathname.replace(escaped, ''));
    if (found === null && token !== null) return;
    token = found;
    form.hidden = token === null;
    if (token === null) say('refused', paragraph('The link is incomplete. Please open it from the email, or copy the complete link.'));
    else say('');
    if (token !== null) (password || button).focus();
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    say('', paragraph('Please wait …'));
    try {
      await send();
    } catch {
      refuse(['Cannot reach the service. Please check your connection and try again.']);
    } finally {
      busy = false;
    }
  });
  if (show) show.addEventListener('change', () => { password.type = show.checked ? 'text' : 'password'; });
  window.addEventListener('hashchange', read);
  read();
})();
`;
