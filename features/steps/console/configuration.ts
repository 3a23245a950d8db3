import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { Locator, Page, Route } from 'playwright-core';
import { browserOf, pageOf, showAddress } from '../../support/console/browser.js';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';

/** Script that returns whether the focused field is invalid, and the texts that describe it. */
const focusedField = `(({ activeElement: field }) => [
  field.getAttribute('aria-invalid'),
  (field.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? ''),
])(document)`;

/** Finds a setting in the list and opens its details. */
const openSetting = async (page: Page, key: string): Promise<Locator> => {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByLabel('Search settings').fill(key);
  await page.getByRole('button', { name: key }).first().click();
  return openedSetting(page);
};

/** The details of a setting, once they are loaded. */
const openedSetting = async (page: Page): Promise<Locator> => {
  const drawer = page.getByRole('dialog');
  await drawer.getByText('Last change').waitFor();
  return drawer;
};

When(
  '{account} opens the setting {word} and enters {word}',
  async function (this: RollcallWorld, name: string, key: string, value: string) {
    const drawer = await openSetting(await pageOf(this, name), key);
    await drawer.getByLabel('New value').fill(value);
  },
);

When(
  '{account} enters {word}, and {word} before the first response',
  async function (this: RollcallWorld, name: string, first: string, second: string) {
    const page = await pageOf(this, name);
    const field = page.getByRole('dialog').getByLabel('New value');
    const held: Route[] = [];
    await page.route('**/api/v1/admin/config/validate', async (route) => {
      if (route.request().postData()?.includes(`"${first}"`) === true) held.push(route);
      else await route.continue();
    });
    await field.fill(first);
    await waitUntil('the first value is validated', () => held.length > 0, 10_000);
    const validated = page.waitForResponse((response) => response.url().endsWith('/validate'));
    await field.fill(second);
    await validated;
    // The page has given up the first request, or receives its response last.
    await Promise.all(held.map((route) => route.continue().catch(() => undefined)));
    await browserOf(this).settled(page);
  },
);

Then(
  'the field shows the error {string}, screen readers announce it, and the field keeps the focus',
  async function (this: RollcallWorld, message: string) {
    const page = await pageOf(this, 'Root');
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('status').filter({ hasText: message }).waitFor({ state: 'attached' });
    const [isInvalid, descriptions] = await page.evaluate<[string | null, string[]]>(focusedField);
    assert.equal(isInvalid, 'true');
    assert.ok(descriptions.includes(message), descriptions.join('; '));
  },
);

Then('the value in the drawer has no error', async function (this: RollcallWorld) {
  const field = (await pageOf(this, 'Root')).getByRole('dialog').getByLabel('New value');
  assert.notEqual(await field.getAttribute('aria-invalid'), 'true');
});

When(
  '{account} puts {word} with the value {int} into the draft',
  async function (this: RollcallWorld, name: string, key: string, value: number) {
    const page = await pageOf(this, name);
    await showAddress(page, `configuration?q=${key}&key=${key}`);
    const drawer = await openedSetting(page);
    await drawer.getByLabel('New value').fill(String(value));
    await drawer.getByRole('button', { name: 'Add to draft' }).click();
    await drawer.waitFor({ state: 'detached' });
  },
);

When(
  /^(\w+) reviews the draft and applies it (with confirmation )?"([^"]+)"$/,
  async function (this: RollcallWorld, name: string, isConfirmed: string | null, duration: string) {
    const page = await pageOf(this, name);
    await page.getByRole('button', { name: 'Review', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Review changes' });
    await dialog.getByRole('combobox', { name: isConfirmed === null ? 'Expires' : 'Confirmation' }).click();
    await page.getByRole('option', { name: duration }).click();
    await dialog.getByLabel('Reason').fill('trying it out');
    const action = isConfirmed === null ? 'Apply now' : 'Apply, then confirm';
    await dialog.getByRole('button', { name: action }).click();
    await dialog.waitFor({ state: 'detached' });
  },
);

Then('{int} instances on the overview are up to date', async function (this: RollcallWorld, count: number) {
  const page = await pageOf(this, 'Root');
  const current = page.getByRole('group', { name: 'Instances' }).getByRole('row').filter({ hasText: 'up to date' });
  await waitUntil(`${String(count)} instances are up to date`, async () => (await current.count()) === count, 10_000);
});

When('{account} toggles the switch {word}', async function (this: RollcallWorld, name: string, key: string) {
  const page = await pageOf(this, name);
  // The input itself is invisible; people click on its track.
  await page.getByRole('switch', { name: key }).locator('xpath=..').click();
});

When('{account} validates the file {string}', async function (this: RollcallWorld, name: string, text: string) {
  const page = await pageOf(this, name);
  const editor = page.getByRole('textbox', { name: 'Text of the file' });
  if ((await editor.count()) === 0) {
    await page.goto(`${(await this.ready()).url}/console/configuration?tab=validate`);
  }
  await editor.press('Control+a');
  await page.keyboard.insertText(text);
  await page.getByRole('button', { name: 'Validate', exact: true }).click();
});

Then(
  '{account} is asked before the page is reloaded, and can stay',
  async function (this: RollcallWorld, name: string) {
    const page = await pageOf(this, name);
    const asked = page.waitForEvent('dialog');
    // Page.reload() would wait for a page that is not loaded.
    await page.evaluate('void setTimeout(() => location.reload())');
    const dialog = await asked;
    assert.equal(dialog.type(), 'beforeunload');
    await dialog.dismiss();
    await page.getByRole('button', { name: 'Review', exact: true }).waitFor();
  },
);

Then('registration is closed', async function (this: RollcallWorld) {
  const page = await pageOf(this, 'Root');
  await page.getByRole('switch', { name: 'registration.open', checked: false }).waitFor({ state: 'attached' });
  const body = { username: 'ada', password: 'seven lanterns over the bay' };
  const { status, text } = await this.send('POST', '/api/v1/auth/register', { body });
  assert.equal(status, 403, text);
});
