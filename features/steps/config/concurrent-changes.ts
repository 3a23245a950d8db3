import assert from 'node:assert/strict';
import { Then, When, type DataTable } from '@cucumber/cucumber';
import type { RollcallWorld } from '../../support/world.js';
import { settingsOf } from './files.js';

/** Sends requests one after the other until a change is active, and one more after it. */
const sendDuring = async (change: Promise<void>, sendOne: () => Promise<unknown>): Promise<void> => {
  const progress = { isOver: false };
  const ended = change.finally(() => {
    progress.isOver = true;
  });
  while (!progress.isOver) await sendOne();
  await ended;
  await sendOne();
};

const requestGreetings = (world: RollcallWorld): Promise<unknown> =>
  Promise.all(Array.from({ length: 4 }, () => world.send('GET', '/api/v1/greet')));

const requestUser = (world: RollcallWorld, as: string): Promise<unknown> =>
  world.send('GET', '/api/v1/users/me', { as });

When(
  /^(?:clients request greetings|(\w+) requests the current user) while the operator sets:$/,
  async function (this: RollcallWorld, name: string | null, table: DataTable) {
    if (name === null) await requestGreetings(this);
    const sendOne = (): Promise<unknown> => (name === null ? requestGreetings(this) : requestUser(this, name));
    await sendDuring(this.operator.setAll(settingsOf(table)), sendOne);
  },
);

When(
  '{account} requests the current user while the operator switches api.v2Enabled on and off {int} times',
  async function (this: RollcallWorld, name: string, times: number) {
    const toggle = async (): Promise<void> => {
      for (let time = 0; time < times; time += 1) {
        await this.operator.set('api.v2Enabled', true);
        await this.operator.set('api.v2Enabled', false);
      }
    };
    await this.operator.set('rateLimit.enabled', false);
    await sendDuring(toggle(), () => requestUser(this, name));
  },
);

Then(
  'each response has the limit {word} at first, then {word}, and no other',
  function (this: RollcallWorld, before: string, after: string) {
    const policies = this.responses.map(({ headers }) => headers.get('ratelimit-policy')?.replace('"greet";', ''));
    assert.ok(
      this.response.status === 200 && policies.every((policy) => policy === before || policy === after),
      policies.join(' '),
    );
    assert.ok(policies.includes(before) && policies.at(-1) === after);
    assert.ok(policies.lastIndexOf(before) < policies.indexOf(after) + 4, 'only concurrent requests may overlap');
  },
);

Then('every response for the current user is 200', function (this: RollcallWorld) {
  const statuses = this.responses.filter(({ path }) => path === '/api/v1/users/me').map(({ status }) => status);
  assert.ok(statuses.length > 2 && this.response.status === 200, statuses.join(' '));
  assert.deepEqual([...new Set(statuses)], [200]);
});
