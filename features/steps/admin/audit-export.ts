import assert from 'node:assert/strict';
import { Given, Then, When, type DataTable } from '@cucumber/cucumber';
import { AuditEvent } from '../../../src/models/audit/audit-event.js';
import { logIn } from '../../support/accounts/accounts.js';
import type { RollcallWorld } from '../../support/world.js';

const linesOf = (world: RollcallWorld): string[] => world.response.text.trimEnd().split(/\r?\n/);

Given('the audit log has 1,200 more events of {account}', async function (this: RollcallWorld, name: string) {
  const { id = '' } = this.user(name);
  const events = Array.from({ length: 1200 }, () => ({ subjectId: id }));
  const { db } = (await this.ready()).services;
  await AuditEvent.recordMany(db.knex, 'user.updated', { actorId: id, requestMetadata: null }, events);
});

When(
  '{account} logs in with the user agent {string}',
  async function (this: RollcallWorld, name: string, agent: string) {
    await logIn(this, this.user(name), { headers: { 'User-Agent': agent } });
  },
);

When(
  '{account} exports the audit log of {account} as {}',
  async function (this: RollcallWorld, as: string, name: string, type: string) {
    const path = `/api/v1/admin/audit-events?subject=${this.user(name).id ?? ''}`;
    await this.send('GET', path, { as, headers: { Accept: type } });
  },
);

Then('the download is called {string}', function (this: RollcallWorld, name: string) {
  const date = this.clock.now().toISOString().slice(0, 10);
  const expected = `attachment; filename="${name.replace('<date>', date)}"`;
  assert.equal(this.response.headers.get('content-disposition'), expected);
});

Then('the lines of the export are:', function (this: RollcallWorld, table: DataTable) {
  const lines = linesOf(this);
  const expected = table.raw().map(([text = '']) => text);
  assert.equal(lines.length, expected.length, this.response.text);
  for (const [index, text] of expected.entries()) assert.ok(lines[index]?.includes(text), lines[index]);
});

Then('the export has 1,202 lines, each event once', function (this: RollcallWorld) {
  const ids = linesOf(this).map((line) => (JSON.parse(line) as { id: string }).id);
  assert.deepEqual([ids.length, new Set(ids).size], [1202, 1202]);
});

Then('the export contains the field {string}', function (this: RollcallWorld, text: string) {
  assert.ok(this.response.text.includes(`"${text}"`), this.response.text);
});
