import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { AuditEvent } from '../../../src/contract/audit-event.js';
import { headerOf, tokensOf } from '../../support/accounts/accounts.js';
import type { RollcallWorld } from '../../support/world.js';

const listedEvents = (world: RollcallWorld): AuditEvent[] => world.response.json<{ data: AuditEvent[] }>().data;

const onlyEvent = (world: RollcallWorld): AuditEvent => {
  const [event, ...others] = listedEvents(world);
  assert.ok(event && others.length === 0, world.response.text);
  return event;
};

const keyIdOf = (world: RollcallWorld, owner: string): unknown => headerOf(tokensOf(world, owner).access_token)['kid'];

When('{account} flushes the cache', async function (this: RollcallWorld, as: string) {
  await this.send('POST', '/api/v1/admin/cache/flush', { as });
});

Then('at least {int} cache entry/entries is/are removed', function (this: RollcallWorld, count: number) {
  const { flushed, items_flushed: items } = this.response.json<{ flushed: boolean; items_flushed: number }>();
  assert.ok(flushed && items >= count, this.response.text);
});

Then(
  'the newest event is by {account} on {account} from {word}',
  function (this: RollcallWorld, actor: string, subject: string, ipAddress: string) {
    const [event] = listedEvents(this);
    assert.ok(event);
    const expected = [this.user(actor).id, this.user(subject).id, ipAddress, 'success'];
    assert.deepEqual([event.actor_id, event.subject_id, event.ip_address, event.result], expected);
    assert.ok(event.request_id !== null);
  },
);

Then(
  /^the event shows the rotation from the old key to the new one, (requested by \w+|caused by the configuration)$/,
  function (this: RollcallWorld, cause: string) {
    const actor = /^requested by (\w+)$/.exec(cause)?.[1];
    const { actor_id: actorId, details } = onlyEvent(this);
    const { kid, algorithm } = this.app.services.keys.signingKey();
    assert.equal(actorId, actor === undefined ? null : this.user(actor).id);
    // Root's access token was signed with the old key.
    const reason = actor === undefined ? 'config' : 'request';
    assert.deepEqual(details, { kid, algorithm, previous: keyIdOf(this, 'Root'), reason });
  },
);

Then(
  "the event shows the removal of the key of {account}'s access token, requested by {account}",
  function (this: RollcallWorld, owner: string, actor: string) {
    const { actor_id: actorId, details } = onlyEvent(this);
    assert.equal(actorId, this.user(actor).id);
    assert.deepEqual(details, { kid: keyIdOf(this, owner), algorithm: 'ES256', reason: 'request' });
  },
);
