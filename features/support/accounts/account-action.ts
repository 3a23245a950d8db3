import assert from 'node:assert/strict';
import type { ApiResponse, RollcallWorld, SendOptions } from '../world.js';

/** Path of the accounts in the API for administrators. */
export const users = '/api/v1/admin/users';

/** What an administrator does to an account: the verb, the rest of the phrase, the request. */
const actions: readonly (readonly [verb: string, rest: string, method: string, path: string, body?: unknown])[] = [
  ['change', ' the profile of', 'PATCH', '', { description: 'changed' }],
  ['block', '', 'PATCH', '', { status: 'blocked' }],
  ['unblock', '', 'PATCH', '', { status: 'active' }],
  ['delete', '', 'DELETE', ''],
  ['restore', '', 'POST', '/restore'],
  ['erase', '', 'POST', '/erase'],
  ['issue', ' a reset token for', 'POST', '/password-reset'],
  ['list', ' the sessions of', 'GET', '/sessions'],
  ['end', ' the sessions of', 'DELETE', '/sessions'],
  ['remove', ' the admin role from', 'PUT', '/roles', { roles: ['user'] }],
  ['view', '', 'GET', ''],
];

const phrases = actions.flatMap(([verb, rest]) => [`tries to ${verb}${rest}`, `${verb}s${rest}`]);

/** Matches an action with its verb in the third person, or after "tries to". */
export const accountActionPattern = new RegExp(phrases.join('|'));

/** Matches an action with its verb in the base form. */
export const baseActionPattern = new RegExp(actions.map(([verb, rest]) => `${verb}${rest}`).join('|'));

/** Sends the request of an action, in any of its forms, for the account with this id. */
export const sendAccountAction = (
  world: RollcallWorld,
  as: string,
  phrase: string,
  id: string | undefined,
  options: SendOptions = {},
): Promise<ApiResponse> => {
  const found = actions.find(([verb, rest]) =>
    [`${verb}${rest}`, `tries to ${verb}${rest}`, `${verb}s${rest}`].includes(phrase),
  );
  assert.ok(found, `unknown action "${phrase}"`);
  const [, , method, path, body] = found;
  return world.send(method, `${users}/${id ?? ''}${path}`, { as, ...(body !== undefined && { body }), ...options });
};
