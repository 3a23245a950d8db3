import assert from 'node:assert/strict';
import { Then, type DataTable } from '@cucumber/cucumber';
import { parse } from 'yaml';
import type { ConfigRevision, ConfigView } from '../../../src/contract/config.js';
import type {
  ConfigComparison,
  ConfigOverride,
  ConfigPatch,
  ScheduledConfigChange,
} from '../../../src/contract/config-overrides.js';
import { batchOf } from '../../support/http/batch.js';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld, RunningApp } from '../../support/world.js';

const path = '/api/v1/admin/config';

/** A part of a JSON Schema. */
interface JsonSchemaNode {
  readonly $schema?: string;
  readonly type?: string;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly 'x-class'?: string;
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
}

/** Longest time until a deadline of a scenario has passed and its effects are visible, in milliseconds. */
const timeoutMs = 15_000;

Then('the change must be confirmed as revision {int}', function (this: RollcallWorld, revision: number) {
  const { pending_confirmation: pending } = this.response.json<ConfigPatch>();
  assert.equal(pending?.revision, revision, this.response.text);
  assert.ok(Date.parse(pending.confirm_by) > Date.now() - timeoutMs);
});

Then('the change needs no confirmation', function (this: RollcallWorld) {
  assert.equal(this.response.json<ConfigPatch>().pending_confirmation, null, this.response.text);
});

Then(
  'the change is {word}: revision {int} is active, with new values of {string}',
  function (this: RollcallWorld, outcome: string, revision: number, keys: string) {
    const found = this.response.json<ConfigPatch>();
    assert.deepEqual(
      [this.response.status, found.outcome, found.revision, found.changed],
      [200, outcome, revision, keys.split(', ').filter(Boolean)],
      this.response.text,
    );
  },
);

Then('the change is scheduled', function (this: RollcallWorld) {
  const { scheduled } = this.response.json<{ scheduled: { id: string; at: string } }>();
  assert.deepEqual([this.response.status, typeof scheduled.id], [202, 'string'], this.response.text);
});

Then(
  'revision {int} by {account} is waiting for confirmation',
  function (this: RollcallWorld, revision: number, who: string) {
    const { pending_confirmation: pending } = this.response.json<ConfigView>();
    assert.deepEqual([pending?.revision, pending?.actor_id], [revision, this.user(who).id], this.response.text);
  },
);

Then('no change is waiting for confirmation', function (this: RollcallWorld) {
  assert.equal(this.response.json<ConfigView>().pending_confirmation, null);
});

Then('the configuration has {int} scheduled change(s)', function (this: RollcallWorld, count: number) {
  assert.equal(this.response.json<ConfigView>().scheduled.length, count, this.response.text);
});

Then('the keys shadowed by an override are {string}', function (this: RollcallWorld, keys: string) {
  const { shadowed_by_override: shadowed } = this.response.json<ConfigView>();
  assert.deepEqual(shadowed, keys.split(', ').filter(Boolean), this.response.text);
});

Then('the override of {word} has no effect', function (this: RollcallWorld, key: string) {
  const { overrides_without_effect: without } = this.response.json<ConfigView>();
  assert.deepEqual(
    without.map((each) => each.key),
    [key],
  );
});

Then(
  'the setting {word} is overridden with {} by {account}, because {string}',
  function (this: RollcallWorld, key: string, value: string, who: string, reason: string) {
    const { override } = this.response.json<ConfigView>().settings.find((each) => each.key === key) ?? {};
    assert.deepEqual(
      [override?.value, override?.actor_id, override?.reason, override?.expires_at],
      [parse(value), this.user(who).id, reason, null],
    );
  },
);

Then('the listed overrides are:', function (this: RollcallWorld, table: DataTable) {
  const { data } = this.response.json<{ data: ConfigOverride[] }>();
  const rows = data.map(({ key, value, reason }) => [key, String(value), reason ?? '']);
  assert.deepEqual(rows.sort(), table.rows().sort(), this.response.text);
});

Then('the listed scheduled changes are:', function (this: RollcallWorld, table: DataTable) {
  const { data } = this.response.json<{ data: ScheduledConfigChange[] }>();
  const rows = data.map((row) => [Object.keys(row.changes).join(', '), row.expires_in ?? '', row.reason ?? '']);
  assert.deepEqual(rows, table.rows(), this.response.text);
});

Then('the errors of the settings are:', function (this: RollcallWorld, table: DataTable) {
  const { errors } = this.response.json<{ errors: { key: string; code: string }[] }>();
  assert.deepEqual([this.response.status, errors.map(({ key, code }) => [key, code])], [422, table.rows()]);
});

Then('revision {int} becomes active by itself', async function (this: RollcallWorld, revision: number) {
  const { config } = (await this.ready()).services;
  await waitUntil(`revision ${String(revision)} is active`, () => config.status.revision === revision, timeoutMs);
});

Then(
  'revision {int} becomes active by itself on the second instance',
  async function (this: RollcallWorld, revision: number) {
    const { config } = (this.saved.get('second app') as RunningApp).services;
    await waitUntil(`revision ${String(revision)} is active`, () => config.status.revision === revision, timeoutMs);
  },
);

Then(
  'one change is applied and the other one is rejected with 412 precondition_failed',
  function (this: RollcallWorld) {
    const results = batchOf(this).map((response) => [response.status, response.json<{ code?: string }>().code]);
    assert.deepEqual(results.sort(), [
      [200, undefined],
      [412, 'precondition_failed'],
    ]);
  },
);

Then(
  'both instances send the same ETag of the configuration to {account}',
  async function (this: RollcallWorld, as: string) {
    const one = await this.send('GET', path, { as });
    const other = await this.send('GET', path, { as, to: this.saved.get('second') as string });
    assert.equal(one.headers.get('etag'), other.headers.get('etag'));
  },
);

Then('all requests are rejected with 503 and no change is reverted', async function (this: RollcallWorld) {
  assert.ok(batchOf(this).every(({ status }) => status === 503));
  for (const response of this.responses) response.markChecked();
  const { config } = (await this.ready()).services;
  await config.syncRevisions();
  assert.ok(config.status.overrides.pending !== null);
});

Then('the scheduled change is dropped', async function (this: RollcallWorld) {
  const { config } = (await this.ready()).services;
  const scheduled = (): number => config.status.overrides.scheduled.length;
  await waitUntil('no change is scheduled', () => scheduled() === 0, timeoutMs);
});

Then(
  'the revision has the trigger {word} and the reason {string}',
  function (this: RollcallWorld, trigger: string, reason: string) {
    const found = this.response.json<ConfigRevision>();
    assert.deepEqual([found.trigger, found.reason], [trigger, reason], this.response.text);
  },
);

Then('the differences are:', function (this: RollcallWorld, table: DataTable) {
  const { changes } = this.response.json<ConfigComparison>();
  const rows = changes.map(({ key, from, to }) => [key, String(from), String(to)]);
  assert.deepEqual(rows, table.rows(), this.response.text);
});

Then(
  'the JSON Schema describes {word} as a duration of class {word} with the default {word}',
  function (this: RollcallWorld, key: string, settingClass: string, standard: string) {
    const schema = this.response.json<JsonSchemaNode>();
    assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
    const found = key.split('.').reduce<JsonSchemaNode | undefined>((node, name) => node?.properties?.[name], schema);
    assert.deepEqual([found?.type, found?.['x-class'], found?.default], ['string', settingClass, standard]);
    assert.match('15m', new RegExp(found?.pattern ?? '^$'));
  },
);
