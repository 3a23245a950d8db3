import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/chromium.js';
import { deliver } from '../../support/mailbox.js';
import { registerUser } from '../../support/registered-users.js';
import { startHaProxy, type HaProxy } from '../../support/haproxy.js';
import { withoutRateLimits, useTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let browser: Awaited<ReturnType<typeof openBrowser>>;
const proxies: HaProxy[] = [];

useTestApp((started) => {
  app = started;
});
beforeAll(async () => {
  browser = await openBrowser();
}, 300_000);
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop();
});
afterAll(() => browser.close());

/** A proxy that serves the service under /accounts, and the service with the matching settings. */
const proxyWith = async (rules: readonly string[]): Promise<string> => {
  const proxy = await startHaProxy(new URL(app.url).host, rules);
  proxies.push(proxy);
  await app.configure({
    ...withoutRateLimits,
    server: { basePath: '/accounts', publicUrl: proxy.url, trustedProxyHops: 1 },
  });
  return `${proxy.url}/accounts`;
};

describe.each([
  ['leaves the path in requests', []],
  ['removes the path from requests', ['http-request replace-path /accounts(/.*)? \\1']],
])('behind HAProxy that %s', { timeout: 300_000 }, (_what, rules) => {
  it('returns working URLs in Location, instance, the metadata document and the OpenAPI document', async () => {
    const base = await proxyWith(rules);
    const body = JSON.stringify({ username: `someone${String(rules.length)}`, password: 'walnut orchard in the rain' });
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`${base}/api/v1/auth/register`, { method: 'POST', headers, body });
    const location = new URL(response.headers.get('Location') ?? '', base);
    expect([response.status, location.pathname]).toEqual([201, '/accounts/api/v1/users/me']);
    expect((await fetch(location)).status).toBe(401);
    const problem = (await (await fetch(`${base}/api/v1/users/me`)).json()) as { instance: string };
    expect(problem.instance).toBe('/accounts/api/v1/users/me');
    const metadata = (await (await fetch(`${base}/.well-known/oauth-authorization-server`)).json()) as {
      jwks_uri: string;
    };
    expect((await fetch(metadata.jwks_uri)).status).toBe(200);
    const { servers } = (await (await fetch(`${base}/openapi.json`)).json()) as { servers: { url: string }[] };
    const server = new URL(servers[0]?.url ?? '', `${base}/openapi.json`);
    expect((await fetch(`${server.href}/api/health`)).status).toBe(200);
  });

  it('serves the pages of emailed links and the API page with their assets', async () => {
    const base = await proxyWith(rules);
    const user = await registerUser(app);
    await app.send('POST', '/api/v1/auth/password-reset/request', { body: { username: user.username } });
    const [mail] = await deliver(app);
    const link = mail?.variables['link'] ?? '';
    expect(link.startsWith(`${base}/reset-password#token=`)).toBe(true);
    const page = await browser.context.newPage();
    await page.goto(link);
    await page.getByLabel('New password').fill('seven lanterns over the bay');
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Your password has been changed' }).waitFor();
    await page.goto(`${base}/docs`);
    await page.locator('.opblock-tag').first().waitFor();
    await page.getByLabel('Username').fill(user.username);
    await page.getByLabel('Password').fill('seven lanterns over the bay');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page
      .getByRole('status')
      .filter({ hasText: `Logged in as ${user.username}` })
      .waitFor();
    await page.close();
  });
});
