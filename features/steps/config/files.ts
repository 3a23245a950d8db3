import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Given, Then, When, type DataTable } from '@cucumber/cucumber';
import { parse } from 'yaml';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';

/** Reads the files now, as on SIGHUP. */
const reload = async (world: RollcallWorld): Promise<void> => {
  world.saved.set('reload', await (await world.ready()).services.config.reload('signal'));
};

/** The keys of a table with their values as YAML. */
export const settingsOf = (table: DataTable): Record<string, unknown> =>
  Object.fromEntries(table.raw().map(([key = '', value = '']) => [key, parse(value) as unknown]));

Given('the operator (has )set(s) {word} to {}', async function (this: RollcallWorld, key: string, value: string) {
  await this.operator.set(key, parse(value));
});

Given('the operator (has )set(s):', async function (this: RollcallWorld, table: DataTable) {
  await this.operator.setAll(settingsOf(table));
});

When('the operator replaces the secret {word}', async function (this: RollcallWorld, key: string) {
  const secret = randomBytes(32).toString('hex');
  this.saved.set('secret', secret);
  await this.operator.set(key, secret);
});

Given('the file {word} is changed to {string}', async function (this: RollcallWorld, file: string, text: string) {
  writeFileSync(join((await this.ready()).configDirectory, file), text);
});

When('the operator writes local.yaml:', async function (this: RollcallWorld, text: string) {
  await this.operator.write('local.yaml', text);
  await this.operator.waitForRevision();
});

When('the operator writes local.yaml with a byte order mark:', async function (this: RollcallWorld, text: string) {
  await this.operator.write('local.yaml', `\ufeff${text}`);
  await this.operator.waitForRevision();
});

When('the operator empties local.yaml', async function (this: RollcallWorld) {
  await this.operator.write('local.yaml', '{}\n');
  await this.operator.waitForRevision();
});

When('the operator writes an invalid local.yaml:', async function (this: RollcallWorld, text: string) {
  await this.operator.write('local.yaml', text);
  await this.operator.waitForRejection();
});

When(
  'the operator writes {word} with {invalid file}',
  async function (this: RollcallWorld, file: string, content: string | Buffer) {
    await this.operator.write(file, content);
    await this.operator.waitForRejection();
  },
);

When('the operator writes {int} feature flags to local.yaml', async function (this: RollcallWorld, count: number) {
  const lines = Array.from({ length: count }, (_, index) => `  switch${index}: true\n`);
  await this.operator.write('local.yaml', `features:\n${lines.join('')}`);
  await this.operator.waitForRejection();
});

When('the operator deletes the required file {word}', async function (this: RollcallWorld, file: string) {
  await this.operator.remove(file);
  await this.operator.waitForRejection();
});

When('the operator replaces the file {word} by a directory', async function (this: RollcallWorld, file: string) {
  const path = join((await this.ready()).configDirectory, file);
  await this.operator.remove(file);
  mkdirSync(path);
  await this.operator.waitForRejection();
  rmSync(path, { recursive: true });
});

When('the operator restores the previous local.yaml', async function (this: RollcallWorld) {
  const { config } = (await this.ready()).services;
  await this.operator.write('local.yaml', 'api: {v2Enabled: true}\n');
  await waitUntil('the reload error is cleared', () => config.status.lastError === null, 5000);
});

When('the operator rewrites local.yaml and reloads:', async function (this: RollcallWorld, text: string) {
  await this.operator.write('local.yaml', text);
  await reload(this);
});

When(
  'the operator adds the file {word} with {invalid file} and reloads',
  async function (this: RollcallWorld, file: string, content: string | Buffer) {
    await this.operator.write(file, content);
    await reload(this);
  },
);

When(
  'the operator adds the feature flag {word} to {word}',
  async function (this: RollcallWorld, name: string, file: string) {
    await this.ready();
    await this.operator.write(file, `${this.operator.read(file)}\nfeatures: {${name}: true}\n`);
    await this.operator.waitForRevision();
  },
);

When(
  'the operator overrides the log level with {word} for {duration}',
  async function (this: RollcallWorld, level: string, ms: number) {
    const end = new Date(this.clock.now().getTime() + ms).toISOString();
    await this.operator.setAll({ 'logging.override.level': level, 'logging.override.until': end });
  },
);

Then('the reload finds no changes', function (this: RollcallWorld) {
  assert.equal((this.saved.get('reload') as { outcome: string }).outcome, 'unchanged');
});
