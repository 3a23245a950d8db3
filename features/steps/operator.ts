import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Given, Then, When, type DataTable } from '@cucumber/cucumber';
import { parse } from 'yaml';
import type { ConfigStatus } from '../../src/config/types.js';
import { waitUntil } from '../support/wait-until.js';
import type { RollcallWorld } from '../support/world.js';
import { badFile } from './bad-file.js';

const statusOf = async (world: RollcallWorld): Promise<ConfigStatus> => (await world.ready()).services.config.status;

/** Reads the files now, as on SIGHUP. */
const reload = async (world: RollcallWorld): Promise<void> => {
  world.saved.set('reload', await (await world.ready()).services.config.reload('signal'));
};

const valuesOf = (table: DataTable): Record<string, unknown> =>
  Object.fromEntries(table.raw().map(([key = '', value = '']) => [key, parse(value) as unknown]));

Given('the operator (has )set(s) {word} to {}', async function (this: RollcallWorld, key: string, value: string) {
  await this.operator.set(key, parse(value));
});

When('the operator gives {word} a new secret', async function (this: RollcallWorld, key: string) {
  const secret = randomBytes(32).toString('hex');
  this.saved.set('secret', secret);
  await this.operator.set(key, secret);
});

Then('the secret is not shown or logged', async function (this: RollcallWorld) {
  const { config } = (await this.ready()).services;
  const told = JSON.stringify([config.status, config.explain(), this.logLines()]);
  assert.ok(!told.includes(this.saved.get('secret') as string), told);
});

Given('the operator (has )set(s) in one go:', async function (this: RollcallWorld, table: DataTable) {
  await this.operator.setAll(valuesOf(table));
});

When('the operator writes {word} with {bad file}', async function (this: RollcallWorld, file: string, kind: string) {
  await this.operator.write(file, badFile(kind));
  await this.operator.waitForRejection();
});

When('the operator writes the settings:', async function (this: RollcallWorld, text: string) {
  await this.operator.write('local.yaml', text);
  await this.operator.waitForRevision();
});

When('the operator writes the settings, which are refused:', async function (this: RollcallWorld, text: string) {
  await this.operator.write('local.yaml', text);
  await this.operator.waitForRejection();
});

When('the operator writes the settings with a byte-order mark:', async function (this: RollcallWorld, text: string) {
  await this.operator.write('local.yaml', `\ufeff${text}`);
  await this.operator.waitForRevision();
});

When('the operator removes {word}, which is refused', async function (this: RollcallWorld, file: string) {
  await this.operator.remove(file);
  await this.operator.waitForRejection();
});

When(
  'the operator puts a directory in place of {word}, which is refused',
  async function (this: RollcallWorld, file: string) {
    const path = join((await this.ready()).configDirectory, file);
    await this.operator.remove(file);
    mkdirSync(path);
    await this.operator.waitForRejection();
    rmSync(path, { recursive: true });
  },
);

When('the operator clears the settings', async function (this: RollcallWorld) {
  await this.operator.write('local.yaml', '{}\n');
  await this.operator.waitForRevision();
});

When('the operator writes the settings again as they were', async function (this: RollcallWorld) {
  const { config } = (await this.ready()).services;
  await this.operator.write('local.yaml', 'api: {v2Enabled: true}\n');
  await waitUntil('the fault is gone', () => config.status.lastError === null, 5000);
});

When(
  'the operator rewrites the settings in other words and asks for a reload:',
  async function (this: RollcallWorld, text: string) {
    await this.operator.write('local.yaml', text);
    await reload(this);
  },
);

When(
  'the operator puts {string} with {bad file} beside the others and asks for a reload',
  async function (this: RollcallWorld, file: string, kind: string) {
    await this.operator.write(file, badFile(kind));
    await reload(this);
  },
);

Then('the reload finds nothing new', function (this: RollcallWorld) {
  assert.equal((this.saved.get('reload') as { outcome: string }).outcome, 'unchanged');
});

Then('revision {int} is in force', async function (this: RollcallWorld, revision: number) {
  assert.equal((await statusOf(this)).revision, revision);
});

Then(
  'the operator reads that {word} of {word} is/has {word}',
  async function (this: RollcallWorld, key: string, file: string, code: string) {
    const { lastError } = await statusOf(this);
    const faults = (lastError?.errors ?? []).map((fault) => `${fault.key ?? '-'} ${fault.file ?? '-'} ${fault.code}`);
    assert.ok(faults.includes(`${key} ${file} ${code}`), faults.join('; '));
  },
);

Then('the operator reads all of these faults at once:', async function (this: RollcallWorld, table: DataTable) {
  const faults = ((await statusOf(this)).lastError?.errors ?? []).map(({ key, code }) => [key, code]);
  assert.deepEqual(faults.sort(), table.raw().sort());
});

Then('the operator reads a suggestion of {string}', async function (this: RollcallWorld, suggestion: string) {
  const suggestions = (await statusOf(this)).lastError?.errors.map((fault) => fault.suggestion);
  assert.deepEqual(suggestions, [suggestion]);
});

Then('the operator reads of no fault', async function (this: RollcallWorld) {
  assert.equal((await statusOf(this)).lastError, null);
});

Then('nothing of the secret {string} is shown or logged', async function (this: RollcallWorld, secret: string) {
  const told = JSON.stringify([(await statusOf(this)).lastError, this.logLines()]);
  assert.ok(told.includes('encryptionKey'));
  assert.ok(!told.includes(secret), told);
});

Then('nothing of the address {string} is shown or logged', async function (this: RollcallWorld, part: string) {
  const { config } = (await this.ready()).services;
  const told = JSON.stringify([config.status.lastError, config.explain(), this.logLines()]);
  assert.ok(!told.includes(part), told);
});

Then('the operator reads why: {string}', async function (this: RollcallWorld, reason: string) {
  const messages = ((await statusOf(this)).lastError?.errors ?? []).map(({ message }) => message);
  assert.ok(messages.length > 0 && messages.every((message) => message.includes(reason)), messages.join('; '));
});

Then('these keys wait for a restart: {}', async function (this: RollcallWorld, keys: string) {
  assert.deepEqual([...(await statusOf(this)).pendingRestart].sort(), keys.split(', ').sort());
});

Then('no key waits for a restart', async function (this: RollcallWorld) {
  assert.deepEqual((await statusOf(this)).pendingRestart, []);
});

Then('the environment pins {word} by {word}', async function (this: RollcallWorld, key: string, variable: string) {
  const pinned = (await statusOf(this)).pinned.find((pin) => pin.key === key);
  assert.equal(pinned?.variable, variable);
});

Given('the file {word} has become {string}', async function (this: RollcallWorld, file: string, text: string) {
  writeFileSync(join((await this.ready()).configDirectory, file), text);
});
