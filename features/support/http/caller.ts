import { forge, forgeryPattern } from '../accounts/forged-token.js';
import { tokensOf } from '../accounts/accounts.js';
import type { ApiResponse, RollcallWorld, SendOptions } from '../world.js';

/** Returns a token when the step runs. */
export type TokenSource = (world: RollcallWorld) => string;

/** Who sends a request. */
export interface Caller {
  /** Absent for a client that is not a user of the scenario. */
  readonly name?: string;
  /** The credentials that are sent. */
  readonly credentials: (world: RollcallWorld) => SendOptions;
}

const savedToken = 'the saved (?:access|refresh) token';
const ownToken = `[A-Z]\\w*'s (?:access|refresh) token(?: (?:${forgeryPattern}))?`;

/** How steps name a token. */
export const tokenPattern = new RegExp(`${savedToken}|${ownToken}|the token "[^"]*"`);

/** How steps name the sender of a request. */
export const callerPattern = new RegExp(
  `[A-Z]\\w*|an anonymous client|a client with (?:${tokenPattern.source}|the Authorization header "[^"]*")`,
);

/** Finds the token that a step names. */
export const parseToken = (text: string): TokenSource => {
  const literal = /^the token "(.*)"$/.exec(text)?.[1];
  if (literal !== undefined) return () => literal;
  const kind = text.includes('refresh token') ? 'refresh' : 'access';
  if (text.startsWith('the saved')) return (world) => world.saved.get(`${kind} token`) as string;
  const [, name = '', forgery] = /^(\w+)'s \w+ token(?: (.+))?$/.exec(text) ?? [];
  return (world) => {
    const token = tokensOf(world, name)[`${kind}_token`];
    return forgery === undefined ? token : forge(forgery, token);
  };
};

/** Finds the sender that a step names. */
export const parseCaller = (text: string): Caller => {
  if (text === 'an anonymous client') return { credentials: () => ({}) };
  if (!text.startsWith('a client with ')) return { name: text, credentials: () => ({ as: text }) };
  const credential = text.slice('a client with '.length);
  const header = /^the Authorization header "(.*)"$/.exec(credential)?.[1];
  if (header === undefined) {
    const token = parseToken(credential);
    return { credentials: (world) => ({ token: token(world) }) };
  }
  const fill = (world: RollcallWorld): string =>
    header.replace(/<(.+)>/, (_, token: string) => parseToken(token)(world));
  return { credentials: (world) => ({ headers: { Authorization: fill(world) } }) };
};

/** Sends a request with the credentials of a caller. */
export const sendAs = (
  world: RollcallWorld,
  caller: Caller,
  method: string,
  path: string,
  options: SendOptions = {},
): Promise<ApiResponse> => {
  const credentials = caller.credentials(world);
  const headers = { ...credentials.headers, ...options.headers };
  return world.send(method, path, { ...credentials, ...options, headers });
};
