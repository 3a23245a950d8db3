import assert from 'node:assert/strict';
import { After, Given, Then, When } from '@cucumber/cucumber';
import { removeExpiredRows } from '../../src/jobs/expired-rows.js';
import { logReport } from '../../src/jobs/cleanup-report.js';
import {
  eraseOverdueAccounts,
  maintainPartitions,
  deleteInactiveAccounts,
  startRetention,
} from '../../src/jobs/retention.js';
import { deliverMail } from '../support/mailbox.js';
import { waitUntil } from '../support/wait-until.js';
import type { RollcallWorld } from '../support/world.js';

/** How long the service may take to do by itself what is due, in milliseconds. */
const patienceMs = 10_000;

/** The text of every row in which a person's name stands, and of those that hang on the account. */
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
  // As a word: three letters stand in many a ciphertext.
  const named = new RegExp(`\\b${username}\\b`, 'i');
  const isTrace = (text: string): boolean =>
    named.test(text) || (text.includes(id) && !text.startsWith('audit_events '));
  return texts.filter(isTrace);
};

const isGone = async (world: RollcallWorld, name: string): Promise<boolean> =>
  (await world.db('users').where({ id: world.user(name).id })).length === 0;

After({ name: 'nothing is cared for any more' }, async function (this: RollcallWorld) {
  await (this.saved.get('retention') as (() => Promise<void>) | undefined)?.();
});

Given('the service looks by itself for what is past its time', async function (this: RollcallWorld) {
  this.saved.set('retention', startRetention((await this.ready()).services));
});

When('the service looks for accounts that are past their time', async function (this: RollcallWorld) {
  const { services } = await this.ready();
  await eraseOverdueAccounts(services);
  await deleteInactiveAccounts(services);
});

When('the service removes expired rows', async function (this: RollcallWorld) {
  const { services } = await this.ready();
  await removeExpiredRows(services, logReport(services.log), new AbortController().signal);
});

When('the service looks for audit events that are past their time', async function (this: RollcallWorld) {
  await maintainPartitions((await this.ready()).services);
});

Then('{word} has been erased', async function (this: RollcallWorld, name: string) {
  await waitUntil('the account is gone', () => isGone(this, name), patienceMs);
});

Then('nothing of {word} is left but opaque ids', async function (this: RollcallWorld, name: string) {
  assert.deepEqual(await tracesOf(this, name), []);
  const rows = await this.db('audit_events').where({ actor_id: this.user(name).id ?? '' });
  assert.ok(rows.length > 0);
  for (const row of rows as { ip_address: unknown; user_agent: unknown }[]) {
    assert.deepEqual([row.ip_address, row.user_agent], [null, null]);
  }
});

Then(
  '{word} is told that the account will be deleted in {duration}',
  async function (this: RollcallWorld, address: string, ms: number) {
    const mails = await deliverMail(this);
    assert.deepEqual(
      mails.map(({ to }) => to),
      [address],
    );
    const day = new Date(this.clock.now().getTime() + ms).toISOString().slice(0, 10);
    assert.ok(mails[0]?.text.includes(day), mails[0]?.text);
  },
);

Then('nobody is told anything', async function (this: RollcallWorld) {
  assert.deepEqual(await deliverMail(this), []);
});
