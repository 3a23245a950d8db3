import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { until } from '../support/until.js';
import type { RollcallWorld } from '../support/world.js';

/** How long an idle connection may live on, in milliseconds: the pool looks for them once a second. */
const patienceMs = 5000;

When('the database is asked something slow', async function (this: RollcallWorld) {
  const { db } = (await this.ready()).services;
  await db.knex.raw('SELECT pg_sleep(0.02), ?::text', ['the value of a secret']);
});

Then('the pool has room for {int} connection(s)', async function (this: RollcallWorld, room: number) {
  assert.equal((await this.ready()).services.db.usage.max, room);
});

Then('the pool soon keeps {int} connection(s)', async function (this: RollcallWorld, count: number) {
  const { db } = (await this.ready()).services;
  await until('the pool has let go of the others', () => db.usage.used + db.usage.free === count, patienceMs);
});
