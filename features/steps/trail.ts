import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { AuditEvent } from '../../src/contract/audit-event.js';
import type { RollcallWorld } from '../support/world.js';

/** `<Ada>` in a query stands for the id of that person. */
const withIds = (world: RollcallWorld, query: string): string =>
  query.replaceAll(/<(\w+)>/g, (_, name: string) => world.user(name).id ?? '');

const eventsOf = (world: RollcallWorld): AuditEvent[] => world.response.json<{ data: AuditEvent[] }>().data;

When('{word} reads the audit trail with {string}', async function (this: RollcallWorld, who: string, query: string) {
  await this.send('GET', `/api/v1/admin/audit-events?${withIds(this, query)}`, { as: who });
});

When('{word} reads the audit trail of that request', async function (this: RollcallWorld, who: string) {
  const { requestId } = this.response;
  await this.send('GET', `/api/v1/admin/audit-events?request_id=${encodeURIComponent(requestId ?? '')}`, { as: who });
});

When('{word} flushes the cache', async function (this: RollcallWorld, who: string) {
  await this.send('POST', '/api/v1/admin/cache/flush', { as: who });
});

Then('the trail tells, the newest first, {string}', function (this: RollcallWorld, actions: string) {
  const found = eventsOf(this).map(({ action }) => action);
  assert.deepEqual(found, actions.split(', ').filter(Boolean), this.response.text);
});

Then(
  'its newest event was done by {word} to {word}, from {word}',
  function (this: RollcallWorld, actor: string, subject: string, address: string) {
    const [event] = eventsOf(this);
    assert.ok(event);
    const expected = [this.user(actor).id, this.user(subject).id, address, 'success'];
    assert.deepEqual([event.actor_id, event.subject_id, event.ip_address, event.result], expected);
    assert.ok(event.request_id !== null);
  },
);

Then('nothing in it names {word}', function (this: RollcallWorld, name: string) {
  const { username, email } = this.user(name);
  // As a word: a short name may well be a piece of an id, whose parts are longer.
  const isNamed = new RegExp(`\\b${username}\\b`, 'i').test(this.response.text);
  assert.ok(eventsOf(this).length > 0 && !isNamed, this.response.text);
  assert.ok(email === undefined || !this.response.text.includes(email));
});

Then('{int} entry/entries or more is/are gone from the cache', function (this: RollcallWorld, count: number) {
  const { flushed, items_flushed: items } = this.response.json<{ flushed: boolean; items_flushed: number }>();
  assert.ok(flushed && items >= count, this.response.text);
});
