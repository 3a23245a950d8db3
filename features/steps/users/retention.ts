import assert from 'node:assert/strict';
import { After, defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import { eraseOverdueAccounts } from '../../../src/jobs/account-erasure.js';
import { updateAuditPartitions } from '../../../src/jobs/audit-partitions.js';
import { logReport } from '../../../src/jobs/cleanup-report.js';
import { startCleanup } from '../../../src/jobs/cleanup.js';
import { removeExpiredRows } from '../../../src/jobs/expired-rows.js';
import { deleteInactiveAccounts } from '../../../src/jobs/inactive-accounts.js';
import { mailTo } from '../../support/mail/mailed-link.js';
import type { Services } from '../../../src/services.js';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';

/** How long a scheduled job may take, in milliseconds. */
const timeoutMs = 10_000;

/** All rows that contain a person's username, or the id of the account outside the audit log. */
const tracesOf = async (world: RollcallWorld, name: string): Promise<string[]> => {
  const { id = '', username } = world.user(name);
  const { rows: tables } = await world.db.raw<{ rows: { table: string }[] }>(
    `SELECT relname AS table FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
      AND NOT relispartition`,
  );
  const texts: string[] = [];
  for (const { table } of tables) {
    const { rows } = await world.db.raw<{ rows: { text: string }[] }>('SELECT t::text AS text FROM ?? t', [table]);
    texts.push(...rows.map(({ text }) => `${table} ${text}`));
  }
  // As a word, since a short name may occur in a ciphertext.
  const named = new RegExp(`\\b${username}\\b`, 'i');
  const isTrace = (text: string): boolean =>
    named.test(text) || (text.includes(id) && !text.startsWith('audit_events '));
  return texts.filter(isTrace);
};

const isGone = async (world: RollcallWorld, name: string): Promise<boolean> =>
  (await world.db('users').where({ id: world.user(name).id })).length === 0;

After({ name: 'stop the retention jobs' }, async function (this: RollcallWorld) {
  await (this.saved.get('retention') as (() => Promise<void>) | undefined)?.();
});

/** Background jobs by their names in steps. */
const jobs: Readonly<Record<string, (services: Services) => Promise<unknown>>> = {
  'account retention': async (services) => {
    await eraseOverdueAccounts(services);
    await deleteInactiveAccounts(services);
  },
  'expired rows': (services) => removeExpiredRows(services, logReport(services.log), new AbortController().signal),
  'audit log retention': (services) => updateAuditPartitions(services),
};

defineParameterType({
  name: 'job',
  regexp: new RegExp(Object.keys(jobs).join('|')),
  transformer: (name: string) => jobs[name],
});

Given('the retention jobs are scheduled', async function (this: RollcallWorld) {
  this.saved.set('retention', startCleanup((await this.ready()).services));
});

When('the {job} job (has )run(s)', async function (this: RollcallWorld, run: (services: Services) => Promise<unknown>) {
  await run((await this.ready()).services);
});

Then('{account} is erased', async function (this: RollcallWorld, name: string) {
  await waitUntil('the account is gone', () => isGone(this, name), timeoutMs);
});

Then('only opaque IDs of {account} remain', async function (this: RollcallWorld, name: string) {
  assert.deepEqual(await tracesOf(this, name), []);
  const rows = await this.db('audit_events').where({ actor_id: this.user(name).id ?? '' });
  assert.ok(rows.length > 0);
  for (const row of rows as { ip_address: unknown; user_agent: unknown }[]) {
    assert.deepEqual([row.ip_address, row.user_agent], [null, null]);
  }
});

Then(
  '{string} receives a notice that the account will be deleted in {duration}',
  async function (this: RollcallWorld, email: string, ms: number) {
    const [notice] = await mailTo(this, [email]);
    const day = new Date(this.clock.now().getTime() + ms).toISOString().slice(0, 10);
    assert.ok(notice?.text.includes(day), notice?.text);
  },
);
