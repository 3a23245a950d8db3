import assert from 'node:assert/strict';
import type { ApiResponse, RollcallWorld } from '../world.js';
import { sessionOf } from '../accounts/accounts.js';
import { allAtOnce } from './batch.js';

/** A request that changes one resource. */
export interface Write {
  readonly method: string;
  readonly path: string;
  /** Path of the resource, which returns its ETag and its current state. */
  readonly resource: string;
  readonly body?: Record<string, unknown>;
  /** Brings the resource into the state that the request needs. */
  readonly before?: (world: RollcallWorld, as: string) => Promise<unknown>;
}

const me = '/api/v1/users/me';
const admin = '/api/v1/admin';
const unknownId = '00000000-0000-7000-8000-000000000000';
const newPassword = '7041-2296-8835-1160-9';

const account = (world: RollcallWorld, name: string): string => `${admin}/users/${world.user(name).id ?? unknownId}`;

const remove = (world: RollcallWorld, as: string): Promise<ApiResponse> =>
  world.send('DELETE', account(world, 'Grace'), { as });

const ofAccount = (
  world: RollcallWorld,
  [method, name, rest = '', body]: readonly [string, string, string?, Record<string, unknown>?],
): Write => ({ method, path: account(world, name) + rest, resource: account(world, name), ...(body && { body }) });

const helper = `${admin}/roles/helper`;
const config = `${admin}/config`;

/** Overrides a setting, whatever the state of the configuration is. */
const override = (world: RollcallWorld, as: string, options: Record<string, unknown> = {}): Promise<ApiResponse> =>
  world.send('PATCH', config, {
    ...{ as, headers: { 'If-Match': '*' } },
    body: { changes: { 'rateLimit.login.points': 20 }, ...options },
  });

/**
 * The same, but reverted unless it is confirmed. It is rejected while such a change is waiting already, which is the
 * required state.
 */
const tryChange = (world: RollcallWorld, as: string): Promise<ApiResponse> =>
  override(world, as, { confirm_within: '5m' });

/** The requests by their names in steps. */
const writes: Readonly<Record<string, (world: RollcallWorld, as: string) => Write>> = {
  'change her profile': () => ({ method: 'PATCH', path: me, resource: me, body: { description: 'changed' } }),
  'change her password': (world, as) => ({
    ...{ method: 'PUT', path: `${me}/password`, resource: me },
    body: { current_password: world.user(as).password, new_password: newPassword },
  }),
  'change her password with a wrong current password': () => ({
    ...{ method: 'PUT', path: `${me}/password`, resource: me },
    body: { current_password: 'wrong', new_password: newPassword },
  }),
  'delete her account': (world, as) => ({
    method: 'DELETE',
    path: me,
    resource: me,
    body: { password: world.user(as).password },
  }),
  'change the profile of Grace': (world) => ofAccount(world, ['PATCH', 'Grace', '', { description: 'changed' }]),
  'block Grace': (world) => ofAccount(world, ['PATCH', 'Grace', '', { status: 'blocked' }]),
  'block Grace until yesterday': (world) =>
    ofAccount(world, ['PATCH', 'Grace', '', { status: 'blocked', blocked_until: '2020-01-01T00:00:00Z' }]),
  'delete Grace': (world) => ofAccount(world, ['DELETE', 'Grace']),
  'delete Nobody': (world) => ofAccount(world, ['DELETE', 'Nobody']),
  'erase Grace': (world) => ofAccount(world, ['POST', 'Grace', '/erase']),
  'restore Grace': (world) => ({ ...ofAccount(world, ['POST', 'Grace', '/restore']), before: remove }),
  'issue a reset token for Grace': (world) => ofAccount(world, ['POST', 'Grace', '/password-reset']),
  'end the sessions of Grace': (world) => ofAccount(world, ['DELETE', 'Grace', '/sessions']),
  'end a session of Grace': (world) => ofAccount(world, ['DELETE', 'Grace', `/sessions/${sessionOf(world, 'Grace')}`]),
  'replace the roles of Grace': (world) => ofAccount(world, ['PUT', 'Grace', '/roles', { roles: ['user', 'support'] }]),
  'replace the roles of Nobody': (world) => ofAccount(world, ['PUT', 'Nobody', '/roles', { roles: ['user'] }]),
  'assign Grace an unknown role': (world) => ofAccount(world, ['PUT', 'Grace', '/roles', { roles: ['none'] }]),
  'change the role "helper"': () => ({
    ...{ method: 'PATCH', path: helper, resource: helper },
    body: { permissions: ['users:read', 'audit:read'] },
  }),
  'delete the role "helper"': () => ({ method: 'DELETE', path: helper, resource: helper }),
  'override a setting': () => ({
    ...{ method: 'PATCH', path: config, resource: config },
    body: { changes: { 'rateLimit.login.points': 21 } },
  }),
  'confirm a configuration change': () => ({
    ...{ method: 'POST', path: `${config}/confirm`, resource: config },
    ...{ body: { revision: 2 }, before: tryChange },
  }),
  'revert a configuration change': () => ({
    ...{ method: 'POST', path: `${config}/revert`, resource: config },
    ...{ body: { revision: 2 }, before: tryChange },
  }),
  'remove an override': () => ({
    ...{ method: 'DELETE', path: `${config}/overrides/rateLimit.login.points`, resource: config },
    before: override,
  }),
  'remove all overrides': () => ({ method: 'DELETE', path: `${config}/overrides`, resource: config, before: override }),
  'cancel an unknown scheduled change': () => ({
    ...{ method: 'DELETE', path: `${config}/scheduled/${unknownId}`, resource: config },
  }),
  'reload the configuration': () => ({ method: 'POST', path: `${config}/reload`, resource: config }),
  'roll back the configuration': () => ({
    ...{ method: 'POST', path: `${config}/rollback`, resource: config },
    body: { revision: 1 },
  }),
};

/** The state of a resource: status, ETag, body and, of an account, its sessions. */
export const stateOf = async (world: RollcallWorld, as: string, { resource }: Write): Promise<unknown[]> => {
  const seen = await world.send('GET', resource, { as });
  const sessions = resource.startsWith(`${admin}/users/`)
    ? (await world.send('GET', `${resource}/sessions`, { as }))
        .json<{ data?: { id: string }[] }>()
        .data?.map(({ id }) => id)
    : undefined;
  const body = resource === config ? seen.headers.get('etag') : seen.body;
  return [seen.peekStatus(), seen.headers.get('etag'), body, sessions];
};

/** A write that was sent, with the state of its resource before. */
export interface SentWrite {
  readonly write: Write;
  readonly as: string;
  readonly state: readonly unknown[];
}

/** Sends a write, once or concurrently, under a condition; CURRENT in `tags` is replaced with the current ETag. */
export const sendConditionalWrite = async (
  world: RollcallWorld,
  { as, name, header, tags, times }: { as: string; name: string; header: string; tags: string; times: number },
): Promise<void> => {
  const write = writes[name]?.(world, as);
  assert.ok(write, `unknown request "${name}"`);
  await write.before?.(world, as);
  const state = await stateOf(world, as, write);
  const headers = { [header]: tags.replace('CURRENT', String(state[1])) };
  world.saved.set('write', { write, as, state } satisfies SentWrite);
  const options = { as, headers, ...(write.body && { body: write.body }) };
  if (times > 1) await allAtOnce(world, times, () => world.send(write.method, write.path, options));
  else await world.send(write.method, write.path, options);
};
