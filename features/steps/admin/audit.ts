import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import type { RollcallWorld } from '../../support/world.js';

Then(
  'the audit log has {int} {string} event(s) for {account}',
  async function (this: RollcallWorld, times: number, action: string, name: string) {
    const rows = await this.db('audit_events').where({ action, subject_id: this.user(name).id ?? null });
    assert.equal(rows.length, times);
  },
);

Then(
  'the audit log gives {string} as the reason of each {string} event for {account}',
  async function (this: RollcallWorld, reason: string, action: string, name: string) {
    const found = this.db('audit_events').where({ action, subject_id: this.user(name).id ?? null });
    const rows = (await found) as { details: { reason?: string } }[];
    assert.ok(rows.length > 0);
    assert.deepEqual([...new Set(rows.map(({ details }) => details.reason))], [reason]);
  },
);

Then('the audit log has a {string} event for this request', async function (this: RollcallWorld, action: string) {
  const row = await this.db('audit_events')
    .where({ action, request_id: this.response.requestId })
    .first<object | undefined>();
  assert.ok(row);
});

Then('the audit log contains no password', async function (this: RollcallWorld) {
  const rows = JSON.stringify(await this.db('audit_events'));
  for (const { password } of this.users.values()) assert.ok(!rows.includes(password));
});
