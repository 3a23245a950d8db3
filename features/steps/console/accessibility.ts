import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Then, When } from '@cucumber/cucumber';
import type { Page } from 'playwright-core';
import { resolveAddress } from '../../support/console/address.js';
import { accessibilityProblems, browserOf, pageOf, showAddress } from '../../support/console/browser.js';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';

/** Shows each screen in turn; the page is loaded once. */
const eachScreen = async (
  world: RollcallWorld,
  addresses: readonly string[],
  check: (page: Page, address: string) => Promise<void>,
): Promise<void> => {
  const page = await pageOf(world, 'Root');
  for (const address of addresses) {
    await showAddress(page, address);
    await browserOf(world).settled(page);
    assert.notEqual(await page.getByRole('heading', { level: 1 }).innerText(), 'Page not found');
    await check(page, address);
  }
};

const excess = 'document.documentElement.scrollWidth - window.innerWidth';

/** Script that returns the labels of buttons in tables that are partly outside of what their table shows without scrolling. */
const cutOffButtons = `[...document.querySelectorAll('table button, table a')].filter((button) => {
  const shown = button.closest('[role=group]')?.getBoundingClientRect();
  const { left, right } = button.getBoundingClientRect();
  return shown !== undefined && right > left && (left < shown.left - 1 || right > shown.right + 1);
}).map((button) => button.getAttribute('aria-label') ?? button.textContent)`;

/** How long a page may take to adapt to another width, in milliseconds. */
const layoutMs = 5_000;

/** Pixels by which a page is wider than a window of this width. */
const excessAt = async (page: Page, width: number): Promise<number> => {
  const before = page.viewportSize();
  await page.setViewportSize({ width, height: 780 });
  const measure = (): Promise<number> => page.evaluate<number>(excess);
  await waitUntil('it fits', async () => (await measure()) <= 0, layoutMs).catch(() => undefined);
  const pixels = await measure();
  if (before !== null) await page.setViewportSize(before);
  return pixels;
};

/** What axe finds on a page in light and in dark, where only the colors differ. */
const problemsInBothSchemes = async (page: Page): Promise<string[]> => {
  const problems: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    const found = await accessibilityProblems(page, colorScheme === 'dark' ? 'colors' : 'all');
    problems.push(...found.map((problem) => `in ${colorScheme}: ${problem}`));
  }
  return problems;
};

Then(
  'axe finds no problem on {string} in light or dark, and all content fits in {int} and {int} pixels',
  { timeout: 120_000 },
  async function (this: RollcallWorld, screens: string, wide: number, narrow: number) {
    const problems: string[] = [];
    const addresses = await Promise.all(screens.split(', ').map((address) => resolveAddress(this, address)));
    await eachScreen(this, addresses, async (page, address) => {
      problems.push(...(await problemsInBothSchemes(page)).map((problem) => `${address} ${problem}`));
      for (const width of [wide, narrow]) {
        const pixels = await excessAt(page, width);
        if (pixels > 0) problems.push(`${address}: ${String(pixels)} pixels wider than ${String(width)}`);
      }
      const cut = await page.evaluate<string[]>(cutOffButtons);
      problems.push(...cut.map((label) => `${address}: the button ${label} is cut off at ${String(wide)} pixels`));
    });
    assert.deepEqual(problems, []);
  },
);

Then('axe finds no problem on this page', { timeout: 30_000 }, async function (this: RollcallWorld) {
  const page = await pageOf(this, 'Root');
  // The script of a screen is loaded when it is shown.
  await page.locator('h1').first().waitFor();
  await browserOf(this).settled(page);
  assert.deepEqual(await problemsInBothSchemes(page), []);
  assert.equal(Math.max(0, await excessAt(page, 360)), 0, 'the page is wider than 360 pixels');
});

When(
  '{account} logs in on the page of the console with the keyboard',
  async function (this: RollcallWorld, name: string) {
    const page = await pageOf(this, name);
    const { username, password } = this.user(name);
    await page.goto(`${(await this.ready()).url}/console`);
    await page.getByRole('button', { name: 'Log in', exact: true }).waitFor();
    await page.keyboard.type(username);
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  },
);

When(
  '{account} finds the user {account} with Ctrl-K and the keyboard',
  async function (this: RollcallWorld, name: string, sought: string) {
    const page = await pageOf(this, name);
    const { username } = this.user(sought);
    // Users are found later than settings, such as those about metadata, whose names contain "ada".
    const search = /\/admin\/users\?q=/;
    await page.route(search, async (route) => {
      await pause(300);
      await route.continue();
    });
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search screens, users and settings').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(username);
    // The titles of the groups are in the style sheet: the entry itself shows that the search is done.
    await page.getByRole('dialog').getByRole('button', { name: username }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: username, level: 1 }).waitFor();
    await page.unroute(search);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  },
);

/** Resolves after the timers without a delay that are already queued. */
const afterTimers = 'new Promise((done) => setTimeout(done))';

/**
 * Presses Tab until a button has the focus. Mantine's focus trap checks the focus in a timer after Tab. If the next press has already
 * moved the focus, the timer moves it back.
 */
const tabTo = async (page: Page, label: string): Promise<void> => {
  for (let presses = 0; presses < 60; presses += 1) {
    const focused = await page.evaluate<string>('document.activeElement?.textContent ?? ""');
    if (focused.trim() === label) return;
    await page.keyboard.press('Tab');
    await page.evaluate(afterTimers);
  }
  assert.fail(`the button ${label} cannot be reached with Tab`);
};

When('{account} blocks the user with the keyboard', async function (this: RollcallWorld, name: string) {
  const page = await pageOf(this, name);
  await tabTo(page, 'Actions');
  await page.keyboard.press('Enter');
  // The menu moves the focus to its first entry.
  await page.getByRole('menu').waitFor();
  await page.getByRole('menuitem', { name: 'Block', exact: true }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  // The dialog moves the focus to its first field.
  await page.getByRole('dialog', { name: 'Block' }).getByLabel('Reason').and(page.locator(':focus')).waitFor();
  await tabTo(page, 'Block');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // The entry of the menu that had the focus before the dialog is gone.
  await page.locator('#content:focus').waitFor();
});
