import assert from 'node:assert/strict';
import { Given, Then, type DataTable } from '@cucumber/cucumber';
import type { Config } from '../../../src/config/config.js';
import type { RollcallWorld } from '../../support/world.js';

const configOf = async (world: RollcallWorld): Promise<Config> => (await world.ready()).services.config;

const errorsOf = async (world: RollcallWorld): Promise<NonNullable<Config['status']['lastError']>['errors']> =>
  (await configOf(world)).status.lastError?.errors ?? [];

Then('revision {int} is active', async function (this: RollcallWorld, revision: number) {
  assert.equal((await configOf(this)).status.revision, revision);
});

Then('there is no reload error', async function (this: RollcallWorld) {
  assert.equal((await configOf(this)).status.lastError, null);
});

Then(
  'the reload fails with {word} for {word} in {word}',
  async function (this: RollcallWorld, code: string, key: string, file: string) {
    const errors = (await errorsOf(this)).map((error) => `${error.code} ${error.key ?? '-'} ${error.file ?? '-'}`);
    assert.ok(errors.includes(`${code} ${key} ${file}`), errors.join('; '));
  },
);

Then('the reload fails with these errors:', async function (this: RollcallWorld, table: DataTable) {
  const errors = (await errorsOf(this)).map(({ key, code }) => [key, code]);
  assert.deepEqual(errors.sort(), table.raw().sort());
});

Then('the reload error suggests {string}', async function (this: RollcallWorld, suggestion: string) {
  const suggestions = (await errorsOf(this)).map((error) => error.suggestion);
  assert.deepEqual(suggestions, [suggestion]);
});

Then('the reload error message is {string}', async function (this: RollcallWorld, message: string) {
  const messages = (await errorsOf(this)).map((error) => error.message);
  assert.deepEqual(messages, [message]);
});

Then('the reload error message contains {string}', async function (this: RollcallWorld, text: string) {
  const messages = (await errorsOf(this)).map((error) => error.message);
  assert.ok(messages.length > 0 && messages.every((message) => message.includes(text)), messages.join('; '));
});

Then('the settings pending a restart are {string}', async function (this: RollcallWorld, keys: string) {
  const { pendingRestart } = (await configOf(this)).status;
  assert.deepEqual([...pendingRestart].sort(), keys.split(', ').filter(Boolean).sort());
});

Then(
  'the environment variable {word} overrides {word}',
  async function (this: RollcallWorld, variable: string, key: string) {
    const pinned = (await configOf(this)).status.pinned.find((pin) => pin.key === key);
    assert.equal(pinned?.variable, variable);
  },
);

Then('the setting {word} comes from {word}', async function (this: RollcallWorld, key: string, source: string) {
  const [entry] = (await configOf(this)).explain(key);
  assert.deepEqual([entry?.source, entry?.class], [source, 'live']);
});

Then('the setting {word} has the value {word}', async function (this: RollcallWorld, key: string, value: string) {
  const [entry] = (await configOf(this)).explain(key);
  assert.equal(entry?.value, value);
});

Then('the setting {word} does not exist', async function (this: RollcallWorld, key: string) {
  const entries = (await configOf(this)).explain();
  assert.deepEqual(
    entries.filter((entry) => entry.key === key),
    [],
  );
});

Given(
  'the value of {word} in revision {int} is changed to {}',
  async function (this: RollcallWorld, key: string, revision: number, value: string) {
    const changed = await this.db('config_revisions')
      .where({ revision })
      .update({ stated: this.db.raw(`stated || jsonb_build_object(?::text, ?::jsonb)`, [key, value]) });
    assert.equal(changed, 1);
  },
);

Then('the feature flags are:', function (this: RollcallWorld, table: DataTable) {
  const expected = Object.fromEntries(table.raw().map(([name = '', value]) => [name, value === 'on']));
  assert.deepEqual([this.response.status, this.response.json()], [200, expected], this.response.text);
});

Then('there are no feature flags', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.text], [200, '{}']);
});
