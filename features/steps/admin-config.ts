import assert from 'node:assert/strict';
import { Given, Then, When, type DataTable } from '@cucumber/cucumber';
import { parse } from 'yaml';
import type { ConfigReload, ConfigRevision, ConfigRevisionEntry, ConfigView } from '../../src/contract/config.js';
import type { ApiResponse, RollcallWorld } from '../support/world.js';

const path = '/api/v1/admin/config';

const look = async (world: RollcallWorld, who: string): Promise<ApiResponse> => world.send('GET', path, { as: who });

const viewOf = (world: RollcallWorld): ConfigView => {
  assert.equal(world.response.status, 200, world.response.text);
  return world.response.json<ConfigView>();
};

const entriesOf = (world: RollcallWorld): readonly ConfigRevisionEntry[] => {
  assert.equal(world.response.status, 200, world.response.text);
  return world.response.json<{ data: ConfigRevisionEntry[] }>().data;
};

Given('{word} has looked at the configuration', async function (this: RollcallWorld, who: string) {
  this.saved.set('etag', (await look(this, who)).headers.get('etag'));
});

When('{word} looks at the configuration', async function (this: RollcallWorld, who: string) {
  await look(this, who);
});

When('{word} lists the revisions', async function (this: RollcallWorld, who: string) {
  await this.send('GET', `${path}/revisions`, { as: who });
});

When('{word} lists the revisions with {string}', async function (this: RollcallWorld, who: string, query: string) {
  await this.send('GET', `${path}/revisions?${query}`, { as: who });
});

When(
  '{word} walks through the revisions, {int} at a time',
  async function (this: RollcallWorld, who: string, limit: number) {
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const answer = await this.send('GET', `${path}/revisions?limit=${limit}${query}`, { as: who });
      const page: { data: ConfigRevisionEntry[]; next_cursor: string | null } = answer.json();
      seen.push(...page.data.map(({ revision }) => revision));
      cursor = page.next_cursor;
    }
    this.saved.set('walked', seen);
  },
);

When('{word} looks at revision {word}', async function (this: RollcallWorld, who: string, revision: string) {
  await this.send('GET', `${path}/revisions/${revision}`, { as: who });
});

When('{word} asks for a reload', async function (this: RollcallWorld, who: string) {
  await this.send('POST', `${path}/reload`, { as: who });
});

When('{word} asks for a reload of what was seen', async function (this: RollcallWorld, who: string) {
  const headers = { 'If-Match': this.saved.get('etag') as string };
  await this.send('POST', `${path}/reload`, { as: who, headers });
});

When('{word} rolls back to revision {int}', async function (this: RollcallWorld, who: string, revision: number) {
  await this.send('POST', `${path}/rollback`, { as: who, body: { revision } });
});

When(
  '{word} rolls back to revision {int}, as it was seen',
  async function (this: RollcallWorld, who: string, revision: number) {
    const headers = { 'If-Match': this.saved.get('etag') as string };
    await this.send('POST', `${path}/rollback`, { as: who, body: { revision }, headers });
  },
);

When('{word} rolls back with {string}', async function (this: RollcallWorld, who: string, body: string) {
  await this.send('POST', `${path}/rollback`, { as: who, rawBody: body });
});

Then(
  'the setting {word} is {}, as {word} says',
  function (this: RollcallWorld, key: string, value: string, source: string) {
    const found = viewOf(this).settings.find((setting) => setting.key === key);
    assert.deepEqual([found?.value, found?.source], [parse(value), source]);
  },
);

Then('the setting {word} is also stated by {word}', function (this: RollcallWorld, key: string, source: string) {
  const found = viewOf(this).settings.find((setting) => setting.key === key);
  assert.deepEqual(found?.shadowed, [source]);
});

Then('each setting has its class, default and meaning, and no secret is among them', function (this: RollcallWorld) {
  const { settings } = viewOf(this);
  assert.ok(settings.length > 100 && settings.every(({ description }) => description !== ''));
  assert.deepEqual(new Set(settings.map((setting) => setting.class)), new Set(['live', 'new', 'drain', 'restart']));
  const secrets = settings.filter(({ key }) => /pepper|encryptionKey/.test(key)).map(({ value }) => value);
  assert.deepEqual(secrets, ['********', '********']);
});

Then('it is revision {int}, and not rolled back', function (this: RollcallWorld, revision: number) {
  const view = viewOf(this);
  assert.deepEqual([view.revision, view.provisional, view.rollback], [revision, false, null]);
});

Then(
  'it is revision {int}, rolled back to revision {int} by {word}',
  function (this: RollcallWorld, revision: number, target: number, who: string) {
    const { revision: shown, rollback } = viewOf(this);
    assert.deepEqual([shown, rollback?.revision, rollback?.actor_id], [revision, target, this.user(who).id]);
  },
);

Then(
  'it tells that {word} of {word} is {word}',
  function (this: RollcallWorld, key: string, file: string, code: string) {
    const errors = viewOf(this).last_error?.errors.map((error) => [error.key, error.file, error.code]);
    assert.deepEqual(errors, [[key, file, code]]);
  },
);

Then('it tells that {word} waits for a restart', function (this: RollcallWorld, key: string) {
  assert.deepEqual(viewOf(this).pending_restart, [key]);
});

Then('its entity tag is another one', function (this: RollcallWorld) {
  const tag = this.response.headers.get('etag');
  assert.match(tag ?? '', /^"[\w-]{22}"$/);
  assert.notEqual(tag, this.saved.get('etag'));
});

Then(
  'the configuration is {word} as revision {int}, with {string} changed',
  function (this: RollcallWorld, outcome: string, revision: number, keys: string) {
    const result = this.response.json<ConfigReload>();
    const changed = keys.split(', ').filter(Boolean);
    assert.deepEqual(
      [result.outcome, result.revision, result.changed],
      [outcome, revision, changed],
      this.response.text,
    );
  },
);

Then(
  '{word} is reported to have no effect, since {word} sets it',
  function (this: RollcallWorld, key: string, variable: string) {
    assert.equal(this.response.status, 200, this.response.text);
    assert.deepEqual(this.response.json<ConfigReload>().no_effect, [{ key, pinned_by: variable }]);
  },
);

Then('the configuration is unchanged as revision {int}', function (this: RollcallWorld, revision: number) {
  const result = this.response.json<ConfigReload>();
  assert.deepEqual([result.outcome, result.revision, result.changed], ['unchanged', revision, []], this.response.text);
});

Then('the revisions are, the newest first:', function (this: RollcallWorld, table: DataTable) {
  const shown = entriesOf(this).map(({ revision, trigger, changed, actor_id: actor }) => [
    String(revision),
    trigger,
    [...this.users].find(([, { id }]) => id === actor)?.[0] ?? '',
    changed.join(', '),
  ]);
  assert.deepEqual(shown, table.rows());
});

Then('the revisions come as {string}', function (this: RollcallWorld, numbers: string) {
  assert.deepEqual((this.saved.get('walked') as number[]).join(', '), numbers);
});

Then('it changed {word} from {} to {}', function (this: RollcallWorld, key: string, from: string, to: string) {
  assert.deepEqual(this.response.json<ConfigRevision>().changes, [
    { key, from: parse(from) as unknown, to: parse(to) as unknown },
  ]);
});

Then(
  'the audit trail tells {int} time(s) of {string}',
  async function (this: RollcallWorld, times: number, action: string) {
    assert.equal((await this.db('audit_events').where({ action })).length, times);
  },
);

Then(
  'the audit trail tells that {word} did {string} as {word}',
  async function (this: RollcallWorld, who: string, action: string, result: string) {
    const rows = await this.db('audit_events').where({ action, actor_id: this.user(who).id ?? null });
    assert.deepEqual(
      rows.map((row: { result: string; request_id: string | null }) => [row.result, row.request_id]),
      [[result, this.response.requestId]],
    );
  },
);

Then(
  'the log warns that the configuration is rolled back to revision {int}',
  function (this: RollcallWorld, revision: number) {
    const warnings = this.logLines().filter(({ level, rollback_to: to }) => level === 'warn' && to === revision);
    assert.ok(warnings.length > 0);
  },
);
