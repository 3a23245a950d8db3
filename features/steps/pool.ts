import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';

When('the database is asked something slow', async function (this: RollcallWorld) {
  const { db } = (await this.ready()).services;
  await db.knex.raw('SELECT pg_sleep(0.02), ?::text', ['the value of a secret']);
});

Then('the pool has room for {int} connection(s)', async function (this: RollcallWorld, room: number) {
  assert.equal((await this.ready()).services.db.usage.max, room);
});
