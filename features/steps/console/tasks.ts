import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { Locator, Page } from 'playwright-core';
import { resolveAddress } from '../../support/console/address.js';
import { clipboardOf, pageOf } from '../../support/console/browser.js';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';

/** The page that only one user has open in a scenario. */
const onlyPage = (world: RollcallWorld): Promise<Page> => pageOf(world, 'Root');

/** A text of the page, without regard to markup and case. */
const textOn = (page: Page, text: string): Locator => page.getByText(text, { exact: false }).first();

When('{account} opens the screen {string}', async function (this: RollcallWorld, name: string, title: string) {
  const page = await pageOf(this, name);
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { name: title, level: 1, exact: true }).waitFor();
});

When(
  /^(\w+) clicks (the link |the tab |)"([^"]+)"$/,
  async function (this: RollcallWorld, name: string, kind: string, label: string) {
    const page = await pageOf(this, name);
    if (kind === 'the link ') await page.getByRole('link', { name: label }).first().click();
    else if (kind === 'the tab ') await page.getByRole('tab', { name: label }).click();
    else await page.getByRole('button', { name: label, exact: true }).click();
  },
);

/** The dialog that is open, or the page. */
const openForm = async (page: Page): Promise<Locator> => {
  const dialog = page.getByRole('dialog');
  return (await dialog.count()) > 0 ? dialog.last() : page.locator('body');
};

When(
  '{account} enters {string} as {string}',
  async function (this: RollcallWorld, name: string, value: string, label: string) {
    const form = await openForm(await pageOf(this, name));
    // A password field has no role.
    const field = form.getByRole('textbox', { name: label, exact: true }).or(form.locator('input[type=password]'));
    const text = value.replaceAll(/\{password of (\w+)\}/g, (_, owner: string) => this.user(owner).password);
    await field.and(form.getByLabel(label)).fill(text);
  },
);

When(
  '{account} selects {string} as {string}',
  async function (this: RollcallWorld, name: string, option: string, label: string) {
    const page = await pageOf(this, name);
    await (await openForm(page)).getByRole('combobox', { name: label, exact: true }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  },
);

When('{account} confirms {string}', async function (this: RollcallWorld, name: string, label: string) {
  const dialog = (await pageOf(this, name)).getByRole('dialog');
  await dialog.getByRole('button', { name: label, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
});

When(
  '{account} searches for {string} and opens the user',
  async function (this: RollcallWorld, name: string, text: string) {
    const page = await pageOf(this, name);
    await page.getByLabel('Search by username or email address').fill(text);
    await page.waitForURL((url) => url.searchParams.get('q') === text);
    await page.getByRole('link', { name: text, exact: true }).click();
    await page.getByRole('heading', { name: text, level: 1 }).waitFor();
  },
);

When('{account} chooses the action {string}', async function (this: RollcallWorld, name: string, action: string) {
  const page = await pageOf(this, name);
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: action }).click();
});

When(
  '{account} blocks the user with the reason {string} until {string}',
  async function (this: RollcallWorld, name: string, reason: string, until: string) {
    const page = await pageOf(this, name);
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Block' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByLabel('Until').fill(until);
    await dialog.getByRole('button', { name: 'Block', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  },
);

When(
  '{account} types the name of the user and confirms {string}',
  async function (this: RollcallWorld, name: string, label: string) {
    const dialog = (await pageOf(this, name)).getByRole('dialog');
    await dialog.getByLabel('to confirm').fill(this.user('Ada').username);
    await dialog.getByRole('button', { name: label, exact: true }).click();
  },
);

When('{account} opens the event {string}', async function (this: RollcallWorld, name: string, action: string) {
  await (await pageOf(this, name)).getByRole('link', { name: action, exact: true }).first().click();
});

Then('the details of the event contain {string}', async function (this: RollcallWorld, value: string) {
  const dialog = (await onlyPage(this)).getByRole('dialog', { name: 'user.blocked' });
  // The browser has the time zone of this process.
  const isTime = /^\d{4}-\d\d-\d\dT/.test(value);
  const time = isTime ? `time[datetime="${new Date(value).toISOString()}"]` : undefined;
  await (time === undefined ? dialog.getByText(value, { exact: true }) : dialog.locator(time)).waitFor();
});

When(
  '{account} enters {string} as the actor and selects {string}',
  async function (this: RollcallWorld, name: string, text: string, username: string) {
    const page = await pageOf(this, name);
    await page.getByRole('combobox', { name: 'Actor' }).fill(text);
    await page.getByRole('option', { name: username, exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('actor') === this.user(name).id);
  },
);

Then('the audit log shows only events with the actor {string}', async function (this: RollcallWorld, username: string) {
  const page = await onlyPage(this);
  const field = page.getByRole('combobox', { name: 'Actor' });
  const isNamed = async (): Promise<boolean> => (await field.inputValue()) === username;
  await waitUntil('the field shows the username', isNamed, 10_000);
  const actors = page.getByRole('group', { name: 'Audit events' }).locator('tbody td:nth-child(4)');
  const isFiltered = async (): Promise<boolean> => {
    const names = await actors.allInnerTexts();
    return names.length > 0 && names.every((text) => text === username);
  };
  await waitUntil('no other events are shown', isFiltered, 10_000);
});

When(
  '{account} finds {string} with the command palette',
  async function (this: RollcallWorld, name: string, text: string) {
    const page = await pageOf(this, name);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    const search = page.getByPlaceholder('Search screens, users and settings');
    await search.fill(text);
    await page.getByRole('dialog').getByRole('button', { name: text }).first().waitFor();
    await search.press('Enter');
  },
);

When(
  '{account} rolls back to revision {int} on the screen',
  async function (this: RollcallWorld, name: string, revision: number) {
    const page = await pageOf(this, name);
    const show = page.getByRole('button', { name: `Show revision ${String(revision)}`, exact: true });
    await page.getByRole('row').filter({ has: show }).getByRole('button', { name: 'Roll back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
  },
);

Then('{account} sees {string}', async function (this: RollcallWorld, name: string, text: string) {
  await textOn(await pageOf(this, name), text).waitFor();
});

Then(
  '{account} sees the layer {string} with the value {int}',
  async function (this: RollcallWorld, name: string, layer: string, value: number) {
    const layers = (await pageOf(this, name)).getByRole('table', { name: 'Layers that set it' });
    const row = layers.getByRole('row').filter({ hasText: layer });
    await row.getByRole('cell', { name: String(value), exact: true }).waitFor();
  },
);

Then('{account} does not see {string}', async function (this: RollcallWorld, name: string, text: string) {
  await (await pageOf(this, name)).getByText(text, { exact: false }).first().waitFor({ state: 'detached' });
});

Then(
  "the clipboard of {account}'s browser contains {string}",
  async function (this: RollcallWorld, name: string, text: string) {
    assert.equal(await clipboardOf(await pageOf(this, name)), await resolveAddress(this, text));
  },
);

Then('the button {string} is disabled', async function (this: RollcallWorld, label: string) {
  const page = await onlyPage(this);
  assert.ok(await page.getByRole('dialog').getByRole('button', { name: label, exact: true }).isDisabled());
});

Then('the table {string} has {int} row(s)', async function (this: RollcallWorld, label: string, count: number) {
  const page = await onlyPage(this);
  const rows = page.getByRole('group', { name: label }).locator('tbody tr');
  await waitUntil(`the table has ${String(count)} rows`, async () => (await rows.count()) === count, 10_000);
});

Then(
  '{account} sees the error {string} with the code {string} and a button to copy the request ID',
  async function (this: RollcallWorld, name: string, title: string, code: string) {
    const alert = (await pageOf(this, name)).getByRole('alert').filter({ hasText: title });
    await alert.getByText(code, { exact: true }).waitFor();
    await alert.getByRole('button', { name: 'Copy request ID' }).waitFor();
  },
);

Then("{account}'s access token is rejected", async function (this: RollcallWorld, name: string) {
  const { status } = await this.send('GET', '/api/v1/users/me', { as: name });
  assert.equal(status, 401);
});

Then('{account} does not exist any more', async function (this: RollcallWorld, name: string) {
  const { status } = await this.send('GET', `/api/v1/admin/users/${this.user(name).id ?? ''}`, { as: 'Root' });
  assert.equal(status, 404);
});

Then('the setting {word} is {int}', async function (this: RollcallWorld, key: string, value: number) {
  await waitUntil(
    `${key} is ${String(value)}`,
    async () => {
      const { body } = await this.send('GET', '/api/v1/admin/config', { as: 'Root' });
      const { settings } = body as { settings: { key: string; value: unknown }[] };
      return settings.find((setting) => setting.key === key)?.value === value;
    },
    10_000,
  );
});

Then(
  '{account} can download the audit log as {string}',
  async function (this: RollcallWorld, name: string, format: string) {
    const page = await pageOf(this, name);
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: format, exact: true }).click(),
    ]);
    assert.match(download.suggestedFilename(), /^audit-events-\d{4}-\d\d-\d\d\.csv$/);
  },
);
