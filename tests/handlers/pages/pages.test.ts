import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withoutRateLimits, useTestApp, type TestApp } from '../../support/test-app.js';
import { openBrowser } from '../../support/chromium.js';
import { deliver } from '../../support/mailbox.js';
import { logIn, registerUser, outcomeOf } from '../../support/registered-users.js';

const newPassword = 'seven lanterns over the bay';
let app: TestApp;
let browser: { context: BrowserContext; close: () => Promise<void> };
let page: Page;
let complaints: string[];

useTestApp(
  (started) => {
    app = started;
  },
  { settings: withoutRateLimits, each: true },
);
beforeAll(async () => {
  browser = await openBrowser();
}, 300_000);
afterAll(() => browser.close());
beforeEach(async () => {
  page = await browser.context.newPage();
  complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});
afterEach(() => page.close());

const linkFromMail = async (): Promise<string> => {
  const [mail] = await deliver(app);
  return mail?.variables['link'] ?? '';
};
const resetLink = async (username: string): Promise<string> => {
  await app.send('POST', '/api/v1/auth/password-reset/request', { body: { username } });
  return linkFromMail();
};
const magicLink = async (email: string): Promise<string> => {
  await app.send('POST', '/api/v1/auth/magic-link/request', { body: { email } });
  return linkFromMail();
};
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const says = (text: string | RegExp): Promise<void> => page.getByRole('status').filter({ hasText: text }).waitFor();
const focusIn = (selector: string): Promise<boolean> =>
  page.evaluate(`document.activeElement === document.querySelector(${JSON.stringify(selector)})`);

describe('the page of a password reset', () => {
  it('works with the keyboard alone, and shows the result', async () => {
    const user = await registerUser(app);
    await page.goto(await resetLink(user.username));
    expect(await focusIn('#new-password')).toBe(true);
    await page.keyboard.type('too short');
    await press('Enter');
    await says('at least 15 characters');
    expect(await focusIn('#new-password')).toBe(true);
    await press('Control+A');
    await page.keyboard.type(newPassword);
    await press('Tab', 'Space');
    expect(await page.getByLabel('New password').getAttribute('type')).toBe('text');
    await press('Tab', 'Enter');
    await says('Your password has been changed');
    expect(await focusIn('#result')).toBe(true);
    expect(await page.getByRole('button').isVisible()).toBe(false);
    expect((await logIn(app, user.username, newPassword)).status).toBe(200);
    // Chromium notes the 422 on its console; the page itself has nothing to complain of.
    expect(complaints.filter((line) => !line.includes('422'))).toEqual([]);
  });

  it('keeps the token out of the address bar, the history and every request line', async () => {
    const user = await registerUser(app);
    const lines: string[] = [];
    page.on('request', (request) => lines.push(request.url(), request.headers()['referer'] ?? ''));
    const link = await resetLink(user.username);
    await page.goto(link);
    await page.getByLabel('New password').fill(newPassword);
    await press('Enter');
    await says('Your password has been changed');
    expect(page.url()).toBe(`${app.url}/reset-password`);
    expect(lines.join('\n').replaceAll(link, '')).not.toContain('token');
    expect(lines.length).toBeGreaterThan(3);
  });

  it('reports that a link was already used', async () => {
    const user = await registerUser(app);
    const link = await resetLink(user.username);
    const token = new URL(link).hash.replace('#token=', '');
    const body = { token, new_password: newPassword };
    expect((await app.send('POST', '/api/v1/auth/password-reset/complete', { body })).status).toBe(204);
    await page.goto(link);
    await page.keyboard.type('another long pass phrase');
    await press('Enter');
    await says('This link is no longer valid');
  });

  it('reports an incomplete link, and accepts another one in the same tab', async () => {
    const user = await registerUser(app);
    await page.goto(`${app.url}/reset-password`);
    await says('The link is incomplete');
    expect(await page.getByRole('button').isVisible()).toBe(false);
    await page.goto(await resetLink(user.username));
    await page.getByLabel('New password').fill(newPassword);
    await press('Enter');
    await says('Your password has been changed');
  });

  it('reports that the service is unreachable, and allows another attempt', async () => {
    const user = await registerUser(app);
    await page.goto(await resetLink(user.username));
    await page.context().setOffline(true);
    await page.keyboard.type(newPassword);
    await press('Enter');
    await says('Cannot reach the service');
    await page.context().setOffline(false);
    await press('Enter');
    await says('Your password has been changed');
  });
});

describe('the other pages', () => {
  it('confirm an address on a click, not when a scanner opens the link', async () => {
    const user = await registerUser(app, { isVerified: false });
    const { body } = await logIn(app, user.username, user.password);
    const token = (body as { access_token: string }).access_token;
    await app.send('POST', '/api/v1/auth/email-verification/request', { token });
    await page.goto(await linkFromMail());
    expect(outcomeOf(await logIn(app, user.email, user.password))).toBe('401 invalid_credentials');
    expect(await focusIn('button')).toBe(true);
    await press('Enter');
    await says('Your email address has been confirmed');
    expect((await logIn(app, user.email, user.password)).status).toBe(200);
    expect(complaints).toEqual([]);
  });

  it('confirm an address in a session, which is over afterwards', async () => {
    const user = await registerUser(app, { isVerified: false });
    const { body } = await logIn(app, user.username, user.password);
    const token = (body as { access_token: string }).access_token;
    await app.send('POST', '/api/v1/auth/email-verification/request', { token });
    await page.goto(await linkFromMail());
    await page.getByLabel('Username').fill(user.username);
    await page.getByLabel('Password').fill('certainly not the password');
    await press('Enter');
    await says('The username or password is incorrect');
    await page.getByLabel('Password').fill(user.password);
    await press('Enter');
    await says('Your email address has been confirmed');
    const users = app.services.db.knex('users').where({ username: user.username });
    expect(await users.first('email_verified', 'email_claimed')).toEqual({ email_verified: true, email_claimed: true });
    const { body: list } = await app.send('GET', '/api/v1/users/me/sessions', { token });
    expect((list as { data: unknown[] }).data).toHaveLength(1);
  });

  it('log in and hand the tokens over', async () => {
    await page.goto(await magicLink('reader@example.org'));
    await press('Enter');
    await says(/Your username is user-[a-z0-9]{10}/);
    const token = await page.getByLabel('Access token').inputValue();
    expect((await app.send('GET', '/api/v1/users/me', { token })).status).toBe(200);
    expect(await page.getByLabel('Refresh token').inputValue()).toHaveLength(43);
    expect(complaints).toEqual([]);
  });

  it.each(['%23', '%2523'])('work when the # of the link was escaped to %s', async (mark) => {
    const link = await magicLink('escaped@example.org');
    await page.goto(link.replace('#', mark));
    expect(page.url()).toBe(`${app.url}/magic-link`);
    await press('Enter');
    await says(/Your username is user-[a-z0-9]{10}/);
    expect(complaints).toEqual([]);
  });

  it('report that registration is closed', async () => {
    const link = await magicLink('closed@example.org');
    await app.configure({ ...withoutRateLimits, registration: { open: false } });
    await page.goto(link);
    await press('Enter');
    await says('registration is currently closed');
    expect(await focusIn('button')).toBe(true);
  });
});

describe('restrictions of the pages', () => {
  const paths = ['/reset-password', '/verify-email', '/magic-link'];

  it.each(paths)('%s allows nothing inline and nothing from elsewhere', async (path) => {
    const { status, headers, body } = await app.send('GET', path);
    expect(status).toBe(200);
    const policy = headers.get('Content-Security-Policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/);
    expect(policy).not.toContain('unsafe');
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(headers.get('Cache-Control')).toBe('no-store');
    const html = String(body);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|<style|https?:/);
    expect(html).toContain('<noscript>');
  });

  it('keep injected script from running', async () => {
    await page.goto(`${app.url}/reset-password#token=<img src=x onerror=alert(1)>`);
    const blocked = page.waitForEvent('console', (message) => message.text().includes('Content Security Policy'));
    await page
      .evaluate(
        `(() => { const script = document.createElement('script'); script.src = 'data:text/javascript,window.ran=1';
        document.body.append(script); })()`,
      )
      .catch(() => undefined);
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('img'), { src: 'http://127.0.0.1:9/x' }))`,
    );
    await blocked;
    expect(await page.evaluate('window.ran')).toBeUndefined();
  });

  it('name every field, and have one heading and a language', async () => {
    for (const path of paths) {
      await page.goto(`${app.url}${path}#token=${'A'.repeat(43)}`);
      const violations = await page.evaluate(`[
        document.documentElement.lang === 'en' ? '' : 'no language',
        document.querySelectorAll('h1').length === 1 ? '' : 'not one heading',
        document.title.includes('Rollcall') ? '' : 'no title',
        document.querySelector('[role=status][aria-live=polite]') ? '' : 'nothing announces results',
        ...[...document.querySelectorAll('input')].map((input) => input.labels.length > 0 ? '' : 'no label: ' + input.id),
      ].filter(Boolean)`);
      expect(violations).toEqual([]);
    }
  });

  it('have no other assets', async () => {
    for (const asset of ['link.mjs', '__proto__', 'constructor', '..%2fapp']) {
      expect(outcomeOf(await app.send('GET', `/pages/${asset}`))).toBe('404 not_found');
    }
  });
});
