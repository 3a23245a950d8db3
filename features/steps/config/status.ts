import assert from 'node:assert/strict';
import { Given, Then, type DataTable } from '@cucumber/cucumber';
import type { Config } from '../../../src/config/config.js';
import type { RollcallWorld } from '../../support/world.js';

const configOf = async (world: RollcallWorld): Promise<Config> => (await world.ready()).services.config;

/** The errors of the last reload. */
export const reloadErrorsOf = async (
  world: RollcallWorld,
): Promise<NonNullable<Config['status']['lastError']>['errors']> =>
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
    const errors = (await reloadErrorsOf(this)).map(
      (error) => `${error.code} ${error.key ?? '-'} ${error.file ?? '-'}`,
    );
    assert.ok(errors.includes(`${code} ${key} ${file}`), errors.join('; '));
  },
);

Then('the reload fails with these errors:', async function (this: RollcallWorld, table: DataTable) {
  const errors = (await reloadErrorsOf(this)).map(({ key, code }) => [key, code]);
  assert.deepEqual(errors.sort(), table.raw().sort());
});

Then('the settings pending a restart are {string}', async function (this: RollcallWorld, keys: string) {
  const { pendingRestart } = (await configOf(this)).status;
  assert.deepEqual([...pendingRestart].sort(), keys.split(', ').filter(Boolean).sort());
});

Then(
  /^the setting (\S+) (comes from|has the value|does not exist)(?: (\S+))?$/,
  async function (this: RollcallWorld, key: string, what: string, expected: string | null) {
    const config = await configOf(this);
    const entries = config.explain().filter((setting) => setting.key === key);
    const [entry] = entries;
    if (what === 'does not exist') assert.deepEqual(entries, []);
    else if (what === 'has the value') assert.equal(entry?.value, expected);
    else assert.deepEqual([entry?.source, entry?.class], [expected, 'live']);
  },
);

Then(
  'the environment variable {word} overrides {word}',
  async function (this: RollcallWorld, variable: string, key: string) {
    const pinned = (await configOf(this)).status.pinned.find((pin) => pin.key === key);
    assert.equal(pinned?.variable, variable);
  },
);

Given(
  'the value of {word} in revision {int} has been changed to {}',
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
