import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';

Then(
  'the audit trail tells {int} time(s) of {string} for {word}',
  async function (this: RollcallWorld, times: number, action: string, name: string) {
    const rows = await this.db('audit_events').where({ action, subject_id: this.user(name).id ?? null });
    assert.equal(rows.length, times);
  },
);

Then(
  'the audit trail gives {string} as the reason of each {string} for {word}',
  async function (this: RollcallWorld, reason: string, action: string, name: string) {
    const found = this.db('audit_events').where({ action, subject_id: this.user(name).id ?? null });
    const rows = (await found) as { details: { reason?: string } }[];
    assert.ok(rows.length > 0);
    assert.deepEqual([...new Set(rows.map(({ details }) => details.reason))], [reason]);
  },
);

Then(
  'the audit trail tells of {string} with the id of that request',
  async function (this: RollcallWorld, action: string) {
    const row = await this.db('audit_events')
      .where({ action, request_id: this.response.requestId })
      .first<object | undefined>();
    assert.ok(row);
  },
);

Then('the audit trail holds no password', async function (this: RollcallWorld) {
  const rows = JSON.stringify(await this.db('audit_events'));
  for (const { password } of this.users.values()) assert.ok(!rows.includes(password));
});
