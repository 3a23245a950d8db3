import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PageRecord } from '../../features/support/console/page-record.js';
import { waitUntil } from '../../features/support/wait-until.js';
import { ensureChromium, launchChromium } from '../support/chromium.js';

let browser: Browser;
beforeAll(async () => {
  await ensureChromium();
  browser = await launchChromium();
});
afterAll(() => browser.close());

const open = async (html: string): Promise<{ record: PageRecord; errors: string[] }> => {
  const errors: string[] = [];
  const page = await browser.newPage();
  const record = new PageRecord(page, 'Page of Ada', (message) => errors.push(message));
  await page.route('http://test.invalid/**', (route) =>
    route.fulfill(
      route.request().url().endsWith('/')
        ? { contentType: 'text/html', body: html }
        : { status: 404, contentType: 'application/json', body: '{}' },
    ),
  );
  await page.goto('http://test.invalid/');
  return { record, errors };
};

it('shows what a page contains, which element has the focus, its last events, and a screenshot', async () => {
  const { record, errors } = await open(
    `<h1>Accounts</h1><ul id="list" tabindex="0"><li>Ada</li></ul>
     <script>list.focus(); fetch('/users?token=secret1'); console.error('a problem')</script>`,
  );
  await waitUntil('the request is done', () => record.sent.length === 2 && record.open === 0, 5_000);
  const { text, screenshot } = await record.state();
  expect(text).toMatch(/^Page of Ada: http:\/\/test\.invalid\/\nFocus: list\n/);
  expect(text).toContain('  - heading "Accounts" [level=1]');
  expect(text).toMatch(/^ {2}[\d:.]+ GET http:\/\/test\.invalid\/users\?token=\S+ -> 404$/m);
  expect(text).toMatch(/^ {2}[\d:.]+ console\.error: a problem$/m);
  expect(text).not.toContain('secret1');
  expect(text).not.toContain('Failed to load resource');
  expect(errors).toContain('a problem');
  expect(screenshot?.subarray(1, 4).toString()).toBe('PNG');
});

it('does not show passwords', async () => {
  const { record } = await open(
    `<label>Username<input value="ada"></label><label>Current password<input type="password" autofocus value="secret: 2"></label>`,
  );
  const { text } = await record.state();
  expect(text).toContain('- textbox "Username": ada');
  expect(text).toMatch(/- textbox "Current password"[^:\n]*: \*{8}$/m);
  expect(text).not.toContain('secret');
});

it('says that a page does not respond', async () => {
  const { record } = await open('<h1>Accounts</h1>');
  void record.page.evaluate('for (;;);').catch(() => undefined);
  const { text, screenshot } = await record.state();
  expect(text).toMatch(/This page cannot be read: .*Timeout 2000ms exceeded/);
  expect(text).not.toContain('Focus');
  expect(screenshot).toBeUndefined();
});
