import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import { waitUntil } from '../support/wait-until.js';
import type { RollcallWorld } from '../support/world.js';

Then('the service soon tells that it has tidied up', async function (this: RollcallWorld) {
  const hasTidied = (): boolean => this.logLines().some(({ event }) => event === 'signing_key.cleanup_finished');
  await waitUntil('the service tidies up', hasTidied, 10_000);
});

Then('no login counter is left', async function (this: RollcallWorld) {
  assert.deepEqual(await this.db('login_counters').select('client'), []);
});
