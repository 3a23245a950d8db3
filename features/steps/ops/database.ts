import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Knex } from 'knex';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';

/** How long idle connections may stay open, in milliseconds: the pool checks them once a second. */
const timeoutMs = 10_000;

Given(
  /^the database ((?:becomes|is) read-only|accepts writes again|becomes unavailable)$/,
  async function (this: RollcallWorld, change: string) {
    const { db } = (await this.ready()).services;
    if (change === 'becomes unavailable') await db.close();
    else await db.knex.raw(`SET default_transaction_read_only = ${change.endsWith('read-only') ? 'on' : 'off'}`);
  },
);

Given(
  /^the (\w+) table (is locked|is unlocked|is missing|gets another column)$/,
  async function (this: RollcallWorld, table: string, change: string) {
    await this.ready();
    if (change === 'is locked') {
      const lock = await this.db.transaction();
      await lock.raw('LOCK TABLE ?? IN SHARE ROW EXCLUSIVE MODE', [table]);
      this.saved.set('lock', lock);
    } else if (change === 'is unlocked') await (this.saved.get('lock') as Knex.Transaction).rollback();
    else if (change === 'is missing') await this.db.raw('DROP TABLE ??', [table]);
    else await this.db.raw('ALTER TABLE ?? ADD COLUMN shoe_size integer', [table]);
  },
);

When('a slow query runs', async function (this: RollcallWorld) {
  const { db } = (await this.ready()).services;
  await db.knex.raw('SELECT pg_sleep(0.02), ?::text', ['the value of a secret']);
});

Then(
  /^the pool (allows|shrinks to) (\d+) connections?$/,
  async function (this: RollcallWorld, verb: string, count: string) {
    const { db } = (await this.ready()).services;
    if (verb === 'allows') assert.equal(db.usage.max, Number(count));
    else {
      const isReached = (): boolean => db.usage.used + db.usage.free === Number(count);
      await waitUntil('idle connections are closed', isReached, timeoutMs);
    }
  },
);

Then('the schema contains no accounts', async function (this: RollcallWorld) {
  const { rows } = await this.db.raw<{ rows: { count: number }[] }>('SELECT count(*) FROM users');
  assert.equal(rows[0]?.count, 0);
});

Then('the service soon finishes a cleanup', async function (this: RollcallWorld) {
  const isDone = (): boolean => this.logLines().some(({ event }) => event === 'signing_key.cleanup_finished');
  await waitUntil('a cleanup finishes', isDone, timeoutMs);
});

Then('no login counters are left', async function (this: RollcallWorld) {
  assert.deepEqual(await this.db('login_counters').select('client'), []);
});
