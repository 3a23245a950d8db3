import assert from 'node:assert/strict';
import { Then, When, type DataTable } from '@cucumber/cucumber';
import { parse } from 'yaml';
import type { ConfigReload, ConfigRevision, ConfigRevisionEntry, ConfigView } from '../../../src/contract/config.js';
import { readPages, type Resource } from '../../support/http/resource.js';
import type { Sending } from '../../support/http/sending.js';
import type { RollcallWorld } from '../../support/world.js';

const path = '/api/v1/admin/config';

/** The body of a successful response. */
const bodyOf = <T>({ response }: RollcallWorld): T => {
  assert.equal(response.status, 200, response.text);
  return response.json<T>();
};

const settingOf = (world: RollcallWorld, key: string): ConfigView['settings'][number] | undefined =>
  bodyOf<ConfigView>(world).settings.find((setting) => setting.key === key);

When('{account} reloads the configuration{sent}', async function (this: RollcallWorld, as: string, sent: Sending) {
  await sent.send(this, (options) => this.send('POST', `${path}/reload`, { as, ...options }));
});

When(
  '{account} rolls back to revision {int}{sent}',
  async function (this: RollcallWorld, as: string, revision: number, sent: Sending) {
    await sent.send(this, (options) => this.send('POST', `${path}/rollback`, { as, body: { revision }, ...options }));
  },
);

When(
  '{account} pages through {resource}, {int} at a time',
  async function (this: RollcallWorld, as: string, resource: Resource, limit: number) {
    const rows = await readPages<ConfigRevisionEntry>(this, { as, path: `${resource(this)}?limit=${limit}` });
    this.saved.set('revisions', rows);
  },
);

/** Whether a layer sets a value. */
const isSet = ({ value }: ConfigView['settings'][number]['layers'][number]): boolean => value !== null;

Then('each setting has a class, a default and a description, and secrets are masked', function (this: RollcallWorld) {
  const { settings } = bodyOf<ConfigView>(this);
  assert.ok(settings.length > 100 && settings.every(({ description }) => description !== ''));
  assert.deepEqual(new Set(settings.map((setting) => setting.class)), new Set(['live', 'new', 'drain', 'restart']));
  const secrets = settings.filter(({ key }) => /pepper|encryptionKey/.test(key));
  const shown = secrets.flatMap(({ value, layers }) => [value, ...layers.filter(isSet).map((layer) => layer.value)]);
  assert.ok(shown.length >= 2 * secrets.length && secrets.length === 2, 'each secret and its layers');
  assert.deepEqual(new Set(shown), new Set(['********']));
});

Then(
  /^the setting (\S+) is (.*?), set by (\S+?)(?:, and also by (\S+))?$/,
  function (this: RollcallWorld, key: string, value: string, source: string, other: string | null) {
    const found = settingOf(this, key);
    assert.deepEqual([found?.value, found?.source], [parse(value), source]);
    if (other === null) return;
    assert.deepEqual(found?.shadowed, [other]);
    const layers = found.layers.map((layer) => [layer.source, layer.active]);
    assert.deepEqual(layers, [
      ...(found.layers[0]?.source === 'default' ? [['default', false]] : []),
      [other, false],
      [source, true],
    ]);
    assert.deepEqual(found.layers.at(-1)?.value, found.value);
    assert.notDeepEqual(found.layers.at(-2)?.value, found.value);
  },
);

Then(
  /^the configuration is at revision (\d+)(?: without a rollback|, rolled back to revision (\d+) by (\w+))$/,
  function (this: RollcallWorld, revision: string, target: string | null, actor: string | null) {
    const { revision: current, provisional, rollback } = bodyOf<ConfigView>(this);
    assert.equal(current, Number(revision));
    if (target === null) assert.deepEqual([provisional, rollback], [false, null]);
    else assert.deepEqual([rollback?.revision, rollback?.actor_id], [Number(target), this.user(actor ?? '').id]);
  },
);

Then(
  /^revision (\d+) (?:is applied with changes to "([^"]*)"|stays active without changes)$/,
  function (this: RollcallWorld, revision: string, keys: string | null) {
    const { outcome, revision: active, changed } = this.response.json<ConfigReload>();
    const expected = keys === null ? ['unchanged', []] : ['applied', keys.split(', ').filter(Boolean)];
    assert.deepEqual([outcome, changed, active], [...expected, Number(revision)], this.response.text);
  },
);

Then('the revision history is:', function (this: RollcallWorld, table: DataTable) {
  const rows = bodyOf<{ data: ConfigRevisionEntry[] }>(this).data.map(
    ({ revision, trigger, changed, actor_id: actor, pending_restart: pending }) => [
      String(revision),
      // On a busy machine, the comparison of the content notices an edit before the watcher.
      trigger === 'poll' ? 'watch' : trigger,
      [...this.users].find(([, { id }]) => id === actor)?.[0] ?? '',
      changed.join(', '),
      pending.join(', '),
    ],
  );
  const columns = table.raw()[0]?.length;
  assert.deepEqual(
    rows.map((row) => row.slice(0, columns)),
    table.rows(),
  );
});

Then(
  'the {config change} changes {word} from {} to {}',
  function (this: RollcallWorld, kind: string, key: string, from: string, to: string) {
    const { valid, changes } = this.response.json<ConfigRevision & { valid?: boolean }>();
    const expected = [{ key, from: parse(from) as unknown, to: parse(to) as unknown }];
    assert.deepEqual([valid, changes], [kind === 'dry run' ? true : undefined, expected], this.response.text);
  },
);
