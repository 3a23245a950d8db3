import assert from 'node:assert/strict';
import { After, AfterStep, Given, Status, Then, When } from '@cucumber/cucumber';
import type { Page } from 'playwright-core';
import { resolveAddress } from '../../support/console/address.js';
import {
  browserOf,
  clipboardOf,
  fillLogin,
  openConsole,
  openedBrowserOf,
  pageOf,
} from '../../support/console/browser.js';
import type { RollcallWorld } from '../../support/world.js';
import { waitUntil } from '../../support/wait-until.js';

/** If the public URL has a path, the service is called without it, since the proxy removes it. */
const consoleUrl = async (world: RollcallWorld, path = ''): Promise<string> => `${(await world.ready()).url}${path}`;

const showsScreen = async (page: Page, title: string): Promise<void> => {
  await page.getByRole('heading', { name: title, level: 1, exact: true }).waitFor();
};

const attachPages = async (world: RollcallWorld): Promise<void> => {
  for (const { text, screenshot } of (await openedBrowserOf(world)?.states()) ?? []) {
    world.attach(text, { mediaType: 'text/plain', fileName: 'Page' });
    if (screenshot !== undefined) world.attach(screenshot, { mediaType: 'image/png', fileName: 'Screenshot' });
  }
};

AfterStep(async function (this: RollcallWorld, { result }) {
  if (result.status !== Status.PASSED && result.status !== Status.SKIPPED) await attachPages(this);
});

After({ name: 'close the pages' }, async function (this: RollcallWorld, { result }) {
  const browser = openedBrowserOf(this);
  if (result?.status === Status.PASSED && browser?.hasErrors === true) await attachPages(this);
  await browser?.close();
});

Given('{account} has the console open', async function (this: RollcallWorld, name: string) {
  await openConsole(this, name);
});

When(
  /^(\w+) logs in on the page of the console( with a wrong password)?$/,
  async function (this: RollcallWorld, name: string, wrong: string | null) {
    await openOrReject(this, name, wrong === null ? this.user(name).password : 'not the password of anybody');
  },
);

When(
  '{account} logs in on the page of the console below {string}',
  async function (this: RollcallWorld, name: string, basePath: string) {
    const page = await pageOf(this, name);
    await page.goto(await consoleUrl(this, `${basePath}/console`));
    await fillLogin(page, this.user(name).username, this.user(name).password);
    await showsScreen(page, 'Overview');
  },
);

/** Opens the login form and submits it, whatever the result is. */
const openOrReject = async (world: RollcallWorld, name: string, password: string): Promise<void> => {
  const page = await pageOf(world, name);
  await page.goto(await consoleUrl(world, '/console'));
  await fillLogin(page, world.user(name).username, password);
  await page
    .getByRole('button', { name: /^Account of / })
    .or(page.getByRole('alert'))
    .first()
    .waitFor();
};

When('{account} opens the page of the console', async function (this: RollcallWorld, name: string) {
  const page = await pageOf(this, name);
  await page.goto(await consoleUrl(this, '/console'));
  await page.getByRole('button', { name: 'Log in', exact: true }).waitFor();
});

/** Makes messages between the tabs of a browser arrive later. */
const delayTabMessages = `
  const post = BroadcastChannel.prototype.postMessage;
  globalThis.waitingMessages = 0;
  BroadcastChannel.prototype.postMessage = function (message) {
    globalThis.waitingMessages += 1;
    setTimeout(() => {
      post.call(this, message);
      globalThis.waitingMessages -= 1;
    }, LATENCY);
  };
`;

Given(
  /^each (request|message between the tabs) of (\w+)'s browser takes (\d+) milliseconds longer$/,
  async function (this: RollcallWorld, kind: string, name: string, latency: string) {
    const page = await pageOf(this, name);
    if (kind === 'request') {
      const network = await page.context().newCDPSession(page);
      const unlimited = { offline: false, downloadThroughput: -1, uploadThroughput: -1 };
      await network.send('Network.emulateNetworkConditions', { ...unlimited, latency: Number(latency) });
    } else await page.context().addInitScript(delayTabMessages.replace('LATENCY', latency));
  },
);

When('{account} reloads the page', async function (this: RollcallWorld, name: string) {
  await (await pageOf(this, name)).reload();
});

When('{account} opens the address {string}', async function (this: RollcallWorld, name: string, path: string) {
  const page = await pageOf(this, name);
  await page.getByRole('heading', { level: 1 }).waitFor();
  // A link that was copied in the browser is a complete URL.
  const isCopied = path === '{copied link}';
  await page.goto(
    isCopied ? await clipboardOf(page) : await consoleUrl(this, `/console${await resolveAddress(this, path)}`),
  );
  await page.getByRole('heading', { level: 1 }).or(page.getByRole('alert')).first().waitFor();
});

When('{account} logs out on the page', async function (this: RollcallWorld, name: string) {
  const page = await pageOf(this, name);
  await page.getByRole('button', { name: /^Account of / }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
});

When('{account} opens a second tab', async function (this: RollcallWorld, name: string) {
  const page = await pageOf(this, name);
  // The second tab would receive a message that is still under way.
  const isSent = async (): Promise<boolean> => (await page.evaluate<number>('globalThis.waitingMessages ?? 0')) === 0;
  await waitUntil('the first tab has sent its messages', isSent, 10_000);
  const tab = await browserOf(this).secondTab(name);
  this.saved.set('second tab', tab);
  await tab.goto(await consoleUrl(this, '/console'));
});

When('all sessions of {account} end', async function (this: RollcallWorld, name: string) {
  await this.db('sessions')
    .where({ user_id: this.user(name).id ?? '' })
    .update({ ended_at: this.clock.now(), end_reason: 'revoked' });
});

When('{account} logs in again in the dialog', async function (this: RollcallWorld, name: string) {
  const page = await pageOf(this, name);
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  // The username is filled in, so the focus is on the password.
  await dialog.locator('input[type="password"]:focus').waitFor();
  await page.keyboard.type(this.user(name).password);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
});

Then(
  /^(?:the screen "([^"]+)"|the login form) is shown (?:to (\w+)|in the second tab)$/,
  async function (this: RollcallWorld, title: string | null, name: string | null) {
    const page = name === null ? (this.saved.get('second tab') as Page) : await pageOf(this, name);
    await showsScreen(page, title ?? 'Operator console');
  },
);

Then('{account} is asked to log in again', async function (this: RollcallWorld, name: string) {
  await (await pageOf(this, name)).getByRole('dialog', { name: 'Your session has ended' }).waitFor();
});

Then("no token is stored in {account}'s browser", async function (this: RollcallWorld, name: string) {
  const page = await pageOf(this, name);
  const stored = await page.evaluate<string>(
    'JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie',
  );
  assert.doesNotMatch(stored, /token|ey[A-Za-z0-9_-]{20}/);
});

Then("{account}'s menu has the screens {string}", async function (this: RollcallWorld, name: string, titles: string) {
  const page = await pageOf(this, name);
  const menu = page.getByRole('navigation', { name: 'Screens' });
  await menu.getByRole('link').first().waitFor();
  assert.equal((await menu.getByRole('link').allInnerTexts()).join(', '), titles);
});

Then(
  "the address of {account}'s page ends in {string}",
  async function (this: RollcallWorld, name: string, end: string) {
    await (await pageOf(this, name)).waitForURL((url) => url.pathname.endsWith(end));
  },
);
