import assert from 'node:assert/strict';
import { defineParameterType, Then, When } from '@cucumber/cucumber';
import type { Tokens } from '../../../src/contract/auth.js';
import type { Session } from '../../../src/contract/session.js';
import { claimsOf, sessionOf } from '../../support/accounts/accounts.js';
import { batchOf } from '../../support/http/batch.js';
import { sendAs, type Caller } from '../../support/http/caller.js';
import type { Sending } from '../../support/http/sending.js';
import { isAbout } from '../../support/timing.js';
import type { RollcallWorld } from '../../support/world.js';

const path = '/api/v1/users/me/sessions';

defineParameterType({
  name: 'session',
  regexp: /the saved session|the current session|all her other sessions|the session "[^"]*"/,
  transformer: (text: string) => (world: RollcallWorld, name: string) =>
    text === 'all her other sessions'
      ? ''
      : text === 'the saved session'
        ? (world.saved.get('session') as string)
        : text === 'the current session'
          ? sessionOf(world, name)
          : text.slice('the session "'.length, -1),
});

/** Returns the ID of a session when the step runs; empty for all other sessions. */
type SessionSource = (world: RollcallWorld, name: string) => string;

/** Which of the sessions of concurrent logins is the newest is only known from the database. */
When('{account} lists her sessions from the newest one', async function (this: RollcallWorld, name: string) {
  const active = this.db('sessions').where({ user_id: this.user(name).id ?? '', ended_at: null });
  const [newest] = (await active.orderBy([
    { column: 'created_at', order: 'desc' },
    { column: 'id', order: 'desc' },
  ])) as { id: string }[];
  const tokens = batchOf(this)
    .map((response) => response.json<Tokens>())
    .find(({ access_token: token }) => claimsOf(token)['sid'] === newest?.id);
  assert.ok(tokens);
  this.user(name).tokens = tokens;
  await this.send('GET', path, { as: name });
});

When('{account} ends {session}', async function (this: RollcallWorld, name: string, session: SessionSource) {
  const id = session(this, name);
  await this.send('DELETE', id === '' ? path : `${path}/${id}`, { as: name });
});

When('{caller} logs out{sent}', async function (this: RollcallWorld, caller: Caller, sent: Sending) {
  await sent.send(this, (options) => sendAs(this, caller, 'POST', '/api/v1/auth/logout', options));
});

Then(
  /^(\d+) sessions? (?:is|are) listed, (one|none) of them the current one$/,
  function (this: RollcallWorld, count: string, current: string) {
    const { data } = this.response.json<{ data: Session[] }>();
    const found = [data.length, data.filter((session) => session.current).length];
    assert.deepEqual(found, [Number(count), current === 'one' ? 1 : 0], this.response.text);
  },
);

Then(
  'the newest session is from {word} with user agent {string}',
  function (this: RollcallWorld, address: string, userAgent: string) {
    const [newest] = this.response.json<{ data: Session[] }>().data;
    assert.deepEqual([newest?.ip_address, newest?.user_agent], [address, userAgent]);
  },
);

Then("{account}'s current session is valid for {duration}", function (this: RollcallWorld, name: string, ms: number) {
  const current = this.response.json<{ data: Session[] }>().data.find((session) => session.current);
  assert.equal(current?.id, sessionOf(this, name));
  assert.ok(isAbout(Date.parse(current.expires_at), this.clock.now().getTime() + ms), current.expires_at);
});

Then('the saved session is not listed', function (this: RollcallWorld) {
  const ids = this.response.json<{ data: Session[] }>().data.map(({ id }) => id);
  assert.ok(this.response.status === 200 && !ids.includes(this.saved.get('session') as string));
});

When('{account} ends the saved session of {account}', async function (this: RollcallWorld, as: string, name: string) {
  const session = this.saved.get('session') as string;
  await this.send('DELETE', `/api/v1/admin/users/${this.user(name).id ?? ''}/sessions/${session}`, { as });
});
