import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import type { AuditEvent } from '../../src/contract/audit-event.js';
import type { RollcallWorld } from '../support/world.js';
import { headerOf, tokensOf } from '../support/accounts.js';

const kidOf = (world: RollcallWorld, owner: string): unknown => headerOf(tokensOf(world, owner).access_token)['kid'];

const onlyEvent = ({ response }: RollcallWorld): AuditEvent => {
  const [event, ...others] = response.json<{ data: AuditEvent[] }>().data;
  assert.ok(event && others.length === 0, response.text);
  return event;
};

/** Root's token is of the old key. */
const assertRotation = (world: RollcallWorld, actorId: string | null, reason: string): void => {
  const { actor_id: actor, details } = onlyEvent(world);
  const { kid, algorithm } = world.app.services.keys.signingKey();
  assert.equal(actor, actorId);
  assert.deepEqual(details, { kid, algorithm, previous: kidOf(world, 'Root'), reason });
};

Then(
  'the trail tells of the rotation from the old key to the new one, on request of {word}',
  function (this: RollcallWorld, who: string) {
    assertRotation(this, this.user(who).id ?? '', 'request');
  },
);

Then(
  'the trail tells of the rotation from the old key to the new one, because of the configuration',
  function (this: RollcallWorld) {
    assertRotation(this, null, 'config');
  },
);

Then(
  "the trail tells of the removal of the key of {word}'s access token, on request of {word}",
  function (this: RollcallWorld, owner: string, who: string) {
    const { actor_id: actor, details } = onlyEvent(this);
    assert.equal(actor, this.user(who).id);
    assert.deepEqual(details, { kid: kidOf(this, owner), algorithm: 'ES256', reason: 'request' });
  },
);
