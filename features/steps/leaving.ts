import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { PersonalData } from '../../src/contract/leaving.js';
import type { ApiResponse, RollcallWorld } from '../support/world.js';

/** Nobody's token is sent for "somebody". */
const callerNamed = (name: string): string | null => (name === 'somebody' ? null : name);

const leave = (
  world: RollcallWorld,
  name: string,
  { password = world.user(name).password, headers = {} }: { password?: string; headers?: Record<string, string> } = {},
): Promise<ApiResponse> =>
  world.send('DELETE', '/api/v1/users/me', { as: callerNamed(name), body: { password }, headers });

/** The document that was downloaded last. */
const download = (world: RollcallWorld): ReturnType<typeof PersonalData.parse> => {
  assert.equal(world.response.status, 200, world.response.text);
  return PersonalData.parse(world.response.json());
};

When('{word} leaves', async function (this: RollcallWorld, name: string) {
  await leave(this, name);
});

Given('{word} has left', async function (this: RollcallWorld, name: string) {
  const answer = await leave(this, name);
  assert.equal(answer.status, 204, answer.text);
});

When('{word} leaves with a wrong password', async function (this: RollcallWorld, name: string) {
  await leave(this, name, { password: 'certainly not the password' });
});

When('{word} leaves {int} times with a wrong password', async function (this: RollcallWorld, name: string, n: number) {
  for (let index = 0; index < n; index += 1) await leave(this, name, { password: `guess ${index}` });
});

When('{word} leaves as the account was before', async function (this: RollcallWorld, name: string) {
  await leave(this, name, { headers: { 'If-Match': '"0"' } });
});

When('{word} leaves with the body {string}', async function (this: RollcallWorld, name: string, body: string) {
  await this.send('DELETE', '/api/v1/users/me', { as: name, rawBody: body });
});

When('{word} leaves without a password', async function (this: RollcallWorld, name: string) {
  await this.send('DELETE', '/api/v1/users/me', { as: name });
});

When('{word} leaves {int} times without a password', async function (this: RollcallWorld, name: string, n: number) {
  for (let index = 0; index < n; index += 1) await this.send('DELETE', '/api/v1/users/me', { as: name });
});

const submitDeletion = (
  world: RollcallWorld,
  name: string,
  password = world.user(name).password,
  headers: Record<string, string> = {},
): Promise<ApiResponse> =>
  world.send('POST', '/api/v1/users/me/delete', { as: callerNamed(name), body: { password }, headers });

When('{word} leaves by POST', async function (this: RollcallWorld, name: string) {
  await submitDeletion(this, name);
});

When('{word} leaves by POST without a password', async function (this: RollcallWorld, name: string) {
  await this.send('POST', '/api/v1/users/me/delete', { as: name });
});

When(
  '{word} leaves by POST {int} times with a wrong password',
  async function (this: RollcallWorld, name: string, n: number) {
    for (let index = 0; index < n; index += 1) await submitDeletion(this, name, `guess ${String(index)}`);
  },
);

When('{word} leaves by POST as the account was before', async function (this: RollcallWorld, name: string) {
  await submitDeletion(this, name, undefined, { 'If-Match': '"0"' });
});

When('{word} downloads the own data', async function (this: RollcallWorld, name: string) {
  await this.send('GET', '/api/v1/users/me/export', { as: callerNamed(name) });
});

Then('it is a download', function (this: RollcallWorld) {
  assert.equal(this.response.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.match(
    this.response.headers.get('content-disposition') ?? '',
    /^attachment; filename="rollcall-[0-9-]+\.json"$/,
  );
});

Then(
  'it holds the profile of {word}, {int} sessions, {int} of them ended, and {int} greeting(s)',
  function (this: RollcallWorld, name: string, sessions: number, ended: number, greetings: number) {
    const data = download(this);
    const over = data.sessions.filter(({ ended_at: end }) => end !== null);
    assert.equal(data.profile.username, this.user(name).username);
    assert.deepEqual([data.sessions.length, over.length, data.greetings.length], [sessions, ended, greetings]);
  },
);

Then('it holds the audit events {string}', function (this: RollcallWorld, actions: string) {
  const found = download(this).audit_events.map(({ action }) => action);
  assert.deepEqual(found.sort(), actions.split(', ').sort());
});

Then('it does not tell who {word} is', function (this: RollcallWorld, other: string) {
  const { id, username } = this.user(other);
  assert.ok(id !== undefined && !this.response.text.includes(id) && !this.response.text.includes(username));
});
