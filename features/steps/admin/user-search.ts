import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { AdminUser } from '../../../src/contract/admin-user.js';
import { updateAccount } from '../../support/accounts/accounts.js';
import { readPages } from '../../support/http/resource.js';
import type { RollcallWorld } from '../../support/world.js';

Given(
  '{int} accounts whose names start with {string}',
  async function (this: RollcallWorld, count: number, prefix: string) {
    await this.ready();
    await this.db.raw(
      `INSERT INTO users (id, username, created_at)
        SELECT gen_random_uuid(), ? || i, '2020-01-01T00:00:00Z'::timestamptz + i * interval '1 second'
        FROM generate_series(1, ?) i`,
      [prefix, count],
    );
  },
);

Given('{account} has the metadata {string}', async function (this: RollcallWorld, name: string, metadata: string) {
  await updateAccount(this, name, { metadata });
});

When(
  '{account} pages through the users with {string} while others register',
  async function (this: RollcallWorld, as: string, query: string) {
    const rows = await readPages<AdminUser>(this, {
      as,
      path: `/api/v1/admin/users?${query}`,
      between: ({ length }) =>
        this.db.raw('INSERT INTO users (id, username) VALUES (gen_random_uuid(), ?)', [`late-${length}`]),
    });
    this.saved.set(
      'usernames',
      rows.map(({ username }) => username),
    );
  },
);

Then(
  'each of the {int} accounts whose names start with {string} is listed exactly once',
  function (this: RollcallWorld, count: number, prefix: string) {
    const names = (this.saved.get('usernames') as string[]).filter((name) => name.startsWith(prefix));
    assert.ok(this.response.status === 200);
    assert.deepEqual([names.length, new Set(names).size], [count, count]);
  },
);
