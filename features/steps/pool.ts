import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { waitUntil } from '../support/wait-until.js';
import type { RollcallWorld } from '../support/world.js';

/** How long an idle connection may live on, in milliseconds: the pool looks for them once a second. */
const patienceMs = 10_000;

Given('the service runs on one connection', async function (this: RollcallWorld) {
  await this.startApp({ env: { ROLLCALL_DATABASE_POOL_MIN: '1', ROLLCALL_DATABASE_POOL_MAX: '1' } });
});

Given('the database takes no writes', async function (this: RollcallWorld) {
  await (await this.ready()).services.db.knex.raw('SET default_transaction_read_only = on');
});

When('the database takes writes again', async function (this: RollcallWorld) {
  await (await this.ready()).services.db.knex.raw('SET default_transaction_read_only = off');
});

When('the database is asked something slow', async function (this: RollcallWorld) {
  const { db } = (await this.ready()).services;
  await db.knex.raw('SELECT pg_sleep(0.02), ?::text', ['the value of a secret']);
});

Then('the pool has room for {int} connection(s)', async function (this: RollcallWorld, room: number) {
  assert.equal((await this.ready()).services.db.usage.max, room);
});

Then('the pool soon keeps {int} connection(s)', async function (this: RollcallWorld, count: number) {
  const { db } = (await this.ready()).services;
  await waitUntil('the pool has let go of the others', () => db.usage.used + db.usage.free === count, patienceMs);
});
