import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineParameterType, Given, Then, When, type DataTable } from '@cucumber/cucumber';
import { parse } from 'yaml';
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

When('the file {word} is changed to {string}', async function (this: RollcallWorld, file: string, text: string) {
  writeFileSync(join((await this.ready()).configDirectory, file), text);
});

When('the operator empties local.yaml', async function (this: RollcallWorld) {
  await this.operator.write('local.yaml', '{}\n');
  await this.operator.waitForRevision();
});

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

When(
  /^the operator writes (an invalid )?(\S+?)( with a byte order mark)?( and reloads)?:$/,
  async function (
    this: RollcallWorld,
    invalid: string | null,
    file: string,
    mark: string | null,
    reloads: string | null,
    text: string,
  ) {
    const { configDirectory } = await this.ready();
    mkdirSync(dirname(join(configDirectory, file)), { recursive: true });
    // As bytes unless it is YAML: the operator parses a string as settings.
    const content = mark === null ? text : `\ufeff${text}`;
    await this.operator.write(file, file.endsWith('.yaml') ? content : Buffer.from(content));
    if (reloads !== null) await reload(this);
    else if (invalid === null) await this.operator.waitForRevision();
    else await this.operator.waitForRejection();
  },
);

defineParameterType({ name: 'and reloads', regexp: /(?: and reloads)?/, transformer: (text: string) => text !== '' });

When(
  'the operator writes {word} with {invalid file}{and reloads}',
  async function (this: RollcallWorld, file: string, content: string | Buffer, reloads: boolean) {
    await this.operator.write(file, content);
    if (reloads) await reload(this);
    else await this.operator.waitForRejection();
  },
);

When(
  /^the operator (deletes|replaces) the (?:required )?file (\S+)( with a directory)?$/,
  async function (this: RollcallWorld, _verb: string, file: string, directory: string | null) {
    const path = join((await this.ready()).configDirectory, file);
    await this.operator.remove(file);
    if (directory !== null) mkdirSync(path);
    await this.operator.waitForRejection();
    if (directory !== null) rmSync(path, { recursive: true });
  },
);

Then('the reload finds no changes', function (this: RollcallWorld) {
  assert.equal((this.saved.get('reload') as { outcome: string }).outcome, 'unchanged');
});
