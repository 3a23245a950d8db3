import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { AdminUser } from '../../src/contract/admin-user.js';
import type { RollcallWorld } from '../support/world.js';
import { ensureAccount } from '../support/accounts.js';

interface Found {
  readonly data: readonly AdminUser[];
  readonly next_cursor: string | null;
}

Given('{int} accounts called {word} and a number', async function (this: RollcallWorld, count: number, name: string) {
  await this.ready();
  await this.db.raw(
    `INSERT INTO users (id, username, created_at)
      SELECT gen_random_uuid(), ? || i, '2020-01-01T00:00:00Z'::timestamptz + i * interval '1 second'
      FROM generate_series(1, ?) i`,
    [name, count],
  );
});

Given('{word} keeps the fact {string}', async function (this: RollcallWorld, name: string, fact: string) {
  const { id } = await ensureAccount(this, name);
  await this.db('users').where({ id }).update({ metadata: fact });
});

When('{word} searches accounts with {string}', async function (this: RollcallWorld, who: string, query: string) {
  await this.send('GET', `/api/v1/admin/users?${query}`, { as: who });
});

When(
  '{word} walks through the accounts with {string}, while others register',
  async function (this: RollcallWorld, who: string, query: string) {
    const names: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const next = cursor === '' ? '' : `&cursor=${cursor}`;
      const answer = await this.send('GET', `/api/v1/admin/users?${query}${next}`, { as: who });
      assert.equal(answer.status, 200, answer.text);
      const found: Found = answer.json<Found>();
      names.push(...found.data.map(({ username }) => username));
      cursor = found.next_cursor;
      const username = `late-${names.length}`;
      await this.db.raw('INSERT INTO users (id, username) VALUES (gen_random_uuid(), ?)', [username]);
    }
    this.saved.set('walked', names);
  },
);

Then('the accounts found are {string}', function (this: RollcallWorld, names: string) {
  const { data } = this.response.json<Found>();
  assert.deepEqual(
    data.map(({ username }) => username),
    names.split(', ').filter(Boolean),
    this.response.text,
  );
});

Then(
  'each of the {int} accounts called {word} has come exactly once',
  function (this: RollcallWorld, count: number, name: string) {
    const names = (this.saved.get('walked') as string[]).filter((found) => found.startsWith(name));
    assert.ok(this.response.status === 200);
    assert.deepEqual([names.length, new Set(names).size], [count, count]);
  },
);
