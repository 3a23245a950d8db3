import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/chromium.js';
import { registerUser } from '../../support/registered-users.js';
import { withoutRateLimits, useTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let browser: { context: BrowserContext; close: () => Promise<void> };
let page: Page;
let consoleErrors: string[];

useTestApp(
  (started) => {
    app = started;
  },
  { settings: withoutRateLimits },
);
beforeAll(async () => {
  browser = await openBrowser();
}, 300_000);
afterAll(() => browser.close());
beforeEach(async () => {
  page = await browser.context.newPage();
  consoleErrors = [];
  page.on('console', (message) => {
    if (message.type() === 'error') consoleErrors.push(message.text());
  });
  page.on('pageerror', (error) => consoleErrors.push(error.message));
  await page.goto(`${app.url}/docs`);
  await page.locator('.opblock-tag').first().waitFor();
});
afterEach(() => page.close());

const waitForStatus = (text: string | RegExp): Promise<void> =>
  page.getByRole('status').filter({ hasText: text }).waitFor();

const signIn = async (username: string, password: string): Promise<void> => {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
};

/** Opens an operation of a collapsed tag. */
const open = async (tag: string, operationId: string): Promise<ReturnType<Page['locator']>> => {
  await page.locator(`#operations-tag-${tag}`).click();
  const operation = page.locator(`#operations-${tag}-${operationId}`);
  await operation.locator('.opblock-summary').click();
  return operation;
};

describe('documentation page', () => {
  it('starts with collapsed tags and a filter, without violations of the content security policy', async () => {
    expect(await page.locator('.opblock').count()).toBe(0);
    await page.locator('.operation-filter-input').fill('greet');
    await page.locator('#operations-tag-admin').waitFor({ state: 'detached' });
    await open('greet', 'greet');
    expect(consoleErrors).toEqual([]);
  });

  it('logs in with username and password, stays logged in after a reload, and logs out', async () => {
    const { username, password } = await registerUser(app);
    await signIn(username, 'a wrong password, surely');
    await waitForStatus('invalid_credentials');
    await signIn(username, password);
    await waitForStatus(`Logged in as ${username}.`);
    await page.reload();
    await waitForStatus(`Logged in as ${username}.`);
    const operation = await open('users', 'getCurrentUser');
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    await operation.locator('.live-responses-table').getByText(`"${username}"`).first().waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await waitForStatus('Logged out.');
    await page.reload();
    await page.getByLabel('Username').waitFor();
    expect(consoleErrors.filter((line) => !line.includes('401'))).toEqual([]);
  });

  it('sends If-Match, and shows the required permission of an operation', async () => {
    const { username, password } = await registerUser(app);
    await signIn(username, password);
    await waitForStatus('Logged in');
    const operation = await open('users', 'updateCurrentUser');
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.locator('tr[data-param-name="If-Match"] input').fill('"0"');
    await operation.locator('textarea').first().fill('{"description": "changed"}');
    await operation.getByRole('button', { name: 'Execute' }).click();
    await operation.locator('.live-responses-table').getByText('precondition_failed').first().waitFor();
    const listUsers = await open('admin', 'listUsers');
    await listUsers.getByText('users:read').first().waitFor();
  });
});
