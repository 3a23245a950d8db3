import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';

/** How long idle connections may stay open, in milliseconds: the pool checks them once a second. */
const timeoutMs = 10_000;

Given(/^the database (becomes read-only|accepts writes again)$/, async function (this: RollcallWorld, mode: string) {
  const value = mode === 'becomes read-only' ? 'on' : 'off';
  await (await this.ready()).services.db.knex.raw(`SET default_transaction_read_only = ${value}`);
});

When('the database becomes unavailable', async function (this: RollcallWorld) {
  const { db } = (await this.ready()).services;
  await db.close();
});

When('a slow query runs', async function (this: RollcallWorld) {
  const { db } = (await this.ready()).services;
  await db.knex.raw('SELECT pg_sleep(0.02), ?::text', ['the value of a secret']);
});

Then('the pool allows {int} connection(s)', async function (this: RollcallWorld, max: number) {
  assert.equal((await this.ready()).services.db.usage.max, max);
});

Then('the pool shrinks to {int} connection(s)', async function (this: RollcallWorld, count: number) {
  const { db } = (await this.ready()).services;
  await waitUntil('idle connections are closed', () => db.usage.used + db.usage.free === count, timeoutMs);
});

Given('the schema contains no accounts', async function (this: RollcallWorld) {
  const { rows } = await this.db.raw<{ rows: { count: number }[] }>('SELECT count(*) FROM users');
  assert.equal(rows[0]?.count, 0);
});

When('a column is added to the users table', async function (this: RollcallWorld) {
  await this.db.raw('ALTER TABLE users ADD COLUMN shoe_size integer');
});

Then('the service soon finishes a cleanup', async function (this: RollcallWorld) {
  const isDone = (): boolean => this.logLines().some(({ event }) => event === 'signing_key.cleanup_finished');
  await waitUntil('a cleanup finishes', isDone, timeoutMs);
});

Then('no login counters are left', async function (this: RollcallWorld) {
  assert.deepEqual(await this.db('login_counters').select('client'), []);
});
