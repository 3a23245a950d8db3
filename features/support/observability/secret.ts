import assert from 'node:assert/strict';
import { SigningKey } from '../../../src/models/keys/signing-key.js';
import { encryptionContext } from '../../../src/security/key-material.js';
import type { RollcallWorld } from '../world.js';

/** What a text must not contain. */
type Pattern = string | RegExp;

/** Returns what a text must not contain when the step runs. */
export type Secret = (world: RollcallWorld) => readonly Pattern[] | Promise<readonly Pattern[]>;

const passwordsOf = (world: RollcallWorld): string[] => [...world.users.values()].map(({ password }) => password);

const tokensOf = (world: RollcallWorld): string[] =>
  [...world.users.values()].flatMap(({ tokens }) => (tokens ? [tokens.access_token, tokens.refresh_token] : []));

/** As a word: a short name may be part of an ID, whose segments are longer. */
const asWord = (name: string): RegExp => new RegExp(`\\b${name}\\b`, 'i');

const signingKeySecrets = async (world: RollcallWorld): Promise<string[]> => {
  const rows = await SigningKey.newestFirst(world.db);
  assert.ok(rows.length > 2 && world.logLines().some(({ msg }) => msg === 'signing keys rotated'));
  return rows
    .flatMap(({ id, algorithm, encryptedSecret }) => [
      world.app.services.secretBox.open(encryptedSecret, encryptionContext(id, algorithm)),
      encryptedSecret,
    ])
    .flatMap((bytes) => (['hex', 'base64', 'base64url'] as const).map((form) => bytes.toString(form)));
};

const named: Readonly<Record<string, Secret>> = {
  'the new secret': (world) => [world.saved.get('secret') as string],
  'the secret of a signing key': signingKeySecrets,
  'a password': passwordsOf,
  'a password or a hash': (world) => [/password|hash|\$2[aby]\$/i, ...passwordsOf(world)],
  'a password or a token': (world) => [...passwordsOf(world), ...tokensOf(world)],
};

const personal = "[A-Z]\\w*'s (?:name or email|name or ID|password, tokens, name or ID)";

/** Matches what a step says that a text must not contain. */
export const secretPattern = new RegExp(
  ['"[^"]*"', ...Object.keys(named).sort((one, other) => other.length - one.length), personal].join('|'),
);

/** Finds what a step says that a text must not contain. */
export const parseSecret = (text: string): Secret => {
  if (text.startsWith('"')) return () => [text.slice(1, -1)];
  const found = named[text];
  if (found !== undefined) return found;
  const [, owner = '', what = ''] = /^(\w+)'s (.*)$/.exec(text) ?? [];
  return (world) => {
    const { username, email, id, password, tokens } = world.user(owner);
    const members: Readonly<Record<string, readonly (Pattern | undefined)[]>> = {
      'name or email': email === undefined ? [asWord(username)] : [asWord(username), email],
      'name or ID': [username, id],
      // The short name is part of other words, so the quote before it is included.
      'password, tokens, name or ID': [password, tokens?.access_token, tokens?.refresh_token, `"${username}`, id],
    };
    const secrets = members[what] ?? [];
    assert.ok(secrets.length > 0 && !secrets.includes(undefined), `${owner} has no ${what}`);
    return secrets as readonly Pattern[];
  };
};
