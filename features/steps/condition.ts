import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { allAtOnce } from '../support/batch.js';

/** A write under a condition: the request, and what it is about. */
interface Write {
  readonly method: string;
  readonly path: string;
  /** Where its entity tag is found, and where a change shows. */
  readonly of: string;
  readonly body?: Record<string, unknown>;
  /** Prepares it, once it is known who acts. */
  readonly before?: (world: RollcallWorld, as: string) => Promise<unknown>;
}

const me = '/api/v1/users/me';
const admin = '/api/v1/admin';
const unknownId = '00000000-0000-7000-8000-000000000000';
const newPassword = '7041-2296-8835-1160-9';

const account = (world: RollcallWorld, name: string): string => `${admin}/users/${world.user(name).id ?? unknownId}`;

/** Deletes an account, unless it is deleted, so that it can be restored. */
const remove = (world: RollcallWorld, as: string): Promise<ApiResponse> =>
  world.send('DELETE', account(world, 'Grace'), { as });

const ofAccount = (
  world: RollcallWorld,
  [method, name, rest = '', body]: readonly [string, string, string?, Record<string, unknown>?],
): Write => ({ method, path: account(world, name) + rest, of: account(world, name), ...(body && { body }) });

const helper = `${admin}/roles/helper`;
const config = `${admin}/config`;

/** The writes by the words of the stories. */
const writes: Readonly<Record<string, (world: RollcallWorld, as: string) => Write>> = {
  'change the own profile': () => ({ method: 'PATCH', path: me, of: me, body: { description: 'changed' } }),
  'change the own password': (world, as) => ({
    ...{ method: 'PUT', path: `${me}/password`, of: me },
    body: { current_password: world.user(as).password, new_password: newPassword },
  }),
  'change the own password with a wrong one': () => ({
    ...{ method: 'PUT', path: `${me}/password`, of: me },
    body: { current_password: 'wrong', new_password: newPassword },
  }),
  leave: (world, as) => ({ method: 'DELETE', path: me, of: me, body: { password: world.user(as).password } }),
  'change the profile of Grace': (world) => ofAccount(world, ['PATCH', 'Grace', '', { description: 'changed' }]),
  'block Grace': (world) => ofAccount(world, ['PATCH', 'Grace', '', { status: 'blocked' }]),
  'block Grace until yesterday': (world) =>
    ofAccount(world, ['PATCH', 'Grace', '', { status: 'blocked', blocked_until: '2020-01-01T00:00:00Z' }]),
  'delete Grace': (world) => ofAccount(world, ['DELETE', 'Grace']),
  'delete Nobody': (world) => ofAccount(world, ['DELETE', 'Nobody']),
  'erase Grace': (world) => ofAccount(world, ['POST', 'Grace', '/erase']),
  'restore Grace': (world) => ({ ...ofAccount(world, ['POST', 'Grace', '/restore']), before: remove }),
  'make a reset token for Grace': (world) => ofAccount(world, ['POST', 'Grace', '/password-reset']),
  'end the sessions of Grace': (world) => ofAccount(world, ['DELETE', 'Grace', '/sessions']),
  'replace the roles of Grace': (world) => ofAccount(world, ['PUT', 'Grace', '/roles', { roles: ['user', 'support'] }]),
  'replace the roles of Nobody': (world) => ofAccount(world, ['PUT', 'Nobody', '/roles', { roles: ['user'] }]),
  'give Grace a role that does not exist': (world) => ofAccount(world, ['PUT', 'Grace', '/roles', { roles: ['none'] }]),
  'change the role "helper"': () => ({
    ...{ method: 'PATCH', path: helper, of: helper },
    body: { permissions: ['users:read', 'audit:read'] },
  }),
  'remove the role "helper"': () => ({ method: 'DELETE', path: helper, of: helper }),
  'reload the configuration': () => ({ method: 'POST', path: `${config}/reload`, of: config }),
  'roll back the configuration': () => ({
    ...{ method: 'POST', path: `${config}/rollback`, of: config },
    body: { revision: 1 },
  }),
};

/** What a change would show in: the thing itself, and the sessions of an account. */
const stateOf = async (world: RollcallWorld, as: string, { of }: Write): Promise<unknown[]> => {
  const seen = await world.send('GET', of, { as });
  const sessions = of.startsWith(`${admin}/users/`)
    ? (await world.send('GET', `${of}/sessions`, { as })).json<{ data?: { id: string }[] }>().data?.map(({ id }) => id)
    : undefined;
  const body = of === config ? seen.headers.get('etag') : seen.body;
  return [seen.peekStatus(), seen.headers.get('etag'), body, sessions];
};

const attempt = async (
  world: RollcallWorld,
  { as, what, field, tags, times = 1 }: { as: string; what: string; field: string; tags: string; times?: number },
): Promise<void> => {
  const write = writes[what]?.(world, as);
  assert.ok(write, what);
  await write.before?.(world, as);
  const state = await stateOf(world, as, write);
  const headers = { [field]: tags.replace('CURRENT', String(state[1])) };
  world.saved.set('write', { write, as, state });
  const options = { as, headers, ...(write.body && { body: write.body }) };
  if (times > 1) await allAtOnce(world, times, () => world.send(write.method, write.path, options));
  else await world.send(write.method, write.path, options);
};

When(
  /^(\w+) tries to (.+) (if|unless) it matches '(.*)'$/,
  async function (this: RollcallWorld, as: string, what: string, kind: string, tags: string) {
    await attempt(this, { as, what, tags, field: kind === 'if' ? 'If-Match' : 'If-None-Match' });
  },
);

When(
  /^(\w+) tries (\d+) times at once to (.+) if it matches '(.*)'$/,
  async function (this: RollcallWorld, as: string, times: string, what: string, tags: string) {
    await attempt(this, { as, what, tags, field: 'If-Match', times: Number(times) });
  },
);

Then('it is refused with 412 precondition_failed, and nothing has changed', async function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.json<{ code: string }>().code], [412, 'precondition_failed']);
  const { write, as, state } = this.saved.get('write') as { write: Write; as: string; state: unknown[] };
  assert.deepEqual(await stateOf(this, as, write), state);
});

const read = async (
  world: RollcallWorld,
  { method = 'GET', path, as, tags }: { method?: string; path: string; as?: string; tags?: string },
): Promise<void> => {
  const named = path.replace(/[A-Z]{2,}$/, (name) => {
    return world.user(name.charAt(0) + name.slice(1).toLowerCase()).id ?? unknownId;
  });
  const current = String(world.saved.get('version'));
  const headers = tags === undefined ? {} : { 'If-None-Match': tags.replace('CURRENT', current) };
  const answer = await world.send(method, named, { ...(as !== undefined && { as }), headers });
  if (tags === undefined) world.saved.set('version', answer.headers.get('etag'));
};

When('{word} reads {string}', async function (this: RollcallWorld, as: string, path: string) {
  await read(this, { path, as });
});

When(
  '{word} reads {string} again unless it matches {string}',
  async function (this: RollcallWorld, as: string, path: string, tags: string) {
    await read(this, { path, as, tags });
  },
);

When(
  '{word} asks for the head of {string} unless it matches {string}',
  async function (this: RollcallWorld, as: string, path: string, tags: string) {
    await read(this, { method: 'HEAD', path, as, tags });
  },
);

When(
  'somebody without a token reads {string} unless it matches {string}',
  async function (this: RollcallWorld, path: string, tags: string) {
    await read(this, { path, tags });
  },
);

Then('it carries a version', function (this: RollcallWorld) {
  assert.match(this.response.headers.get('etag') ?? '', /^"[^"]+"$/);
});

Then('it is answered 304 with the version and without a body', function (this: RollcallWorld) {
  const { status, text, headers } = this.response;
  assert.deepEqual([status, text, headers.get('etag')], [304, '', this.saved.get('version')]);
  assert.deepEqual([headers.get('content-type'), headers.get('content-length')], [null, null]);
});

Then('it is answered whole', function (this: RollcallWorld) {
  assert.equal(this.response.status, 200);
  assert.ok(this.response.text.length > 2);
});
