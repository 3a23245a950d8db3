import assert from 'node:assert/strict';
import type { Tokens } from '../../../src/contract/auth.js';
import type { User } from '../../../src/contract/user.js';
import type { ApiResponse, TestUser, RollcallWorld, SendOptions } from '../world.js';

/** Registers a user; `extra` replaces or adds members of the body. */
export const register = (
  world: RollcallWorld,
  person: TestUser,
  extra: Readonly<Record<string, unknown>> = {},
  options: SendOptions = {},
): Promise<ApiResponse> => {
  const body = { username: person.username, password: person.password, ...extra };
  return world.send('POST', '/api/v1/auth/register', { body, ...options });
};

/** Registers a user without an account, and expects success. */
export const ensureAccount = async (
  world: RollcallWorld,
  name: string,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<TestUser> => {
  const person = world.user(name);
  if (person.id !== undefined) return person;
  const response = await register(world, person, extra);
  assert.equal(response.status, 201, response.text);
  person.id = response.json<{ user: User }>().user.id;
  return person;
};

/** Updates columns of a user's account in the database. */
export const updateAccount = async (
  world: RollcallWorld,
  name: string,
  columns: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const { id } = await ensureAccount(world, name);
  await world.db('users').where({ id }).update(columns);
};

/** How a login differs from the usual one. */
export interface LoginOptions extends SendOptions {
  readonly username?: unknown;
  readonly password?: unknown;
}

/** Logs a user in; on success the user has the new tokens. */
export const logIn = async (
  world: RollcallWorld,
  person: TestUser,
  { username = person.username, password = person.password, ...options }: LoginOptions = {},
): Promise<ApiResponse> => {
  const response = await world.send('POST', '/api/v1/auth/login', { body: { username, password }, ...options });
  if (response.status === 200) person.tokens = response.json<Tokens>();
  return response;
};

/** Exchanges a refresh token. */
export const refresh = (world: RollcallWorld, token: unknown, options: SendOptions = {}): Promise<ApiResponse> =>
  world.send('POST', '/api/v1/auth/refresh', { body: { refresh_token: token }, ...options });

/** The tokens of a user who is logged in. */
export const tokensOf = (world: RollcallWorld, name: string): Tokens => {
  const { tokens } = world.user(name);
  assert.ok(tokens, `${name} is not logged in`);
  return tokens as Tokens;
};

const decodePart = (token: string, index: number): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Record<string, unknown>;

/** The claims of an access token, unverified. */
export const claimsOf = (token: string): Readonly<Record<string, unknown>> => decodePart(token, 1);

/** The header of an access token, unverified. */
export const headerOf = (token: string): Readonly<Record<string, unknown>> => decodePart(token, 0);

/** The ID of a user's current session. */
export const sessionOf = (world: RollcallWorld, name: string): string =>
  String(claimsOf(tokensOf(world, name).access_token)['sid']);
