import assert from 'node:assert/strict';
import { defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import type { SigningKey as Key } from '../../../src/contract/signing-key.js';
import { newId } from '../../../src/models/base-model.js';
import { SigningKey } from '../../../src/models/keys/signing-key.js';
import { createKey } from '../../../src/security/encrypted-key.js';
import type { KeyAlgorithm } from '../../../src/security/key-material.js';
import { headerOf, tokensOf } from '../../support/accounts/accounts.js';
import type { Sending } from '../../support/http/sending.js';
import { waitUntil } from '../../support/wait-until.js';
import type { ApiResponse, RollcallWorld, SendOptions } from '../../support/world.js';

const path = '/api/v1/admin/jwt/secrets';

/** How long the service may take to apply a change of the algorithm, in milliseconds. */
const timeoutMs = 10_000;

/** The body of a rotation: empty, or with the algorithm of the new key. */
type Rotation = { readonly algorithm?: string };

defineParameterType({
  name: 'rotation',
  regexp: /(?: to [A-Z]+\d+)?/,
  transformer: (text: string): Rotation => (text === '' ? {} : { algorithm: text.slice(' to '.length) }),
});

type KeySelector = (world: RollcallWorld) => string;

const keyIdOf: (owner: string) => KeySelector = (owner) => (world) =>
  String(headerOf(tokensOf(world, owner).access_token)['kid']);

defineParameterType({
  name: 'signing key',
  regexp: /the active signing key|the signing key of \w+'s access token|the signing key "[^"]*"/,
  transformer: (text: string): KeySelector => {
    const [, owner, kid] = /^the signing key (?:of (\w+)'s access token|"([^"]*)")$/.exec(text) ?? [];
    if (owner !== undefined) return keyIdOf(owner);
    return kid === undefined ? (world) => world.app.services.keys.signingKey().kid : () => kid;
  },
});

const rotate = (world: RollcallWorld, as: string, body: Rotation, options: SendOptions = {}): Promise<ApiResponse> =>
  world.send('POST', `${path}/rotate`, { as, body, ...options });

const listedKeys = ({ response }: RollcallWorld): readonly Key[] => {
  assert.equal(response.status, 200, response.text);
  return response.json<{ data: Key[] }>().data;
};

const describeKeys = (keys: readonly Key[]): string[] => keys.map(({ state, algorithm }) => `${state} ${algorithm}`);

Given(
  '{account} has rotated the signing keys{rotation}',
  async function (this: RollcallWorld, as: string, body: Rotation) {
    const response = await rotate(this, as, body);
    assert.equal(response.status, 201, response.text);
    this.saved.set('key', response.json<Key>().kid);
  },
);

Given(
  'a rotation to {word} was interrupted after its key was published',
  async function (this: RollcallWorld, algorithm: string) {
    const { secretBox, clock } = (await this.ready()).services;
    const order = { algorithm: algorithm as KeyAlgorithm, madeFor: 'ES256', tokenTtlMs: 1, state: 'next' } as const;
    const { stored } = await createKey(order, { secretBox, clock, newId });
    await SigningKey.query(this.db).insert({ ...stored });
    this.saved.set('key', stored.id);
  },
);

Given('the signing key is saved', async function (this: RollcallWorld) {
  this.saved.set('key', (await this.ready()).services.keys.signingKey().kid);
});

When(
  '{account} rotates the signing keys{rotation}{sent}',
  async function (this: RollcallWorld, as: string, body: Rotation, sent: Sending) {
    await sent.send(this, (options) => rotate(this, as, body, options));
  },
);

When('{account} removes {signing key}', async function (this: RollcallWorld, as: string, key: KeySelector) {
  await this.send('DELETE', `${path}/${key(this)}`, { as });
});

Then(
  /^the signing keys are "([^"]*)"( in any order)?$/,
  function (this: RollcallWorld, keys: string, any: string | null) {
    const [found, expected] = [describeKeys(listedKeys(this)), keys.split(', ')];
    if (any === null) assert.deepEqual(found, expected, this.response.text);
    else assert.deepEqual(found.sort(), expected.sort(), this.response.text);
  },
);

Then('{account} soon sees the signing keys {string}', async function (this: RollcallWorld, as: string, keys: string) {
  const areListed = async (): Promise<boolean> => {
    await this.send('GET', path, { as });
    return describeKeys(listedKeys(this)).join(', ') === keys;
  };
  await waitUntil(`the signing keys are ${keys}`, areListed, timeoutMs);
});

Then('the service soon signs with {word}', async function (this: RollcallWorld, algorithm: string) {
  const { keys } = (await this.ready()).services;
  await waitUntil(`the service signs with ${algorithm}`, () => keys.signingKey().algorithm === algorithm, timeoutMs);
});

Then('the keys have different fingerprints, and only retiring keys expire', function (this: RollcallWorld) {
  const fingerprints = listedKeys(this).map(({ fingerprint }) => fingerprint ?? '');
  assert.ok(fingerprints.every((fingerprint) => /^[0-9a-f]{32}$/.test(fingerprint)));
  assert.equal(new Set(fingerprints).size, fingerprints.length);
  const hasExpiry = ({ expires_at: end }: Key): boolean => Date.parse(end ?? '') > this.clock.now().getTime();
  for (const key of listedKeys(this)) assert.equal(key.state === 'retiring', hasExpiry(key), this.response.text);
});

Then('the response is the new active {word} key', function (this: RollcallWorld, algorithm: string) {
  const { kid, ...rest } = this.response.json<Key>();
  assert.deepEqual([this.response.status, rest.algorithm, rest.state], [201, algorithm, 'active'], this.response.text);
  this.saved.set('key', kid);
});

Then('the response is the key that was published', function (this: RollcallWorld) {
  assert.equal(this.response.json<Key>().kid, this.saved.get('key'), this.response.text);
});

Then(/^(\w+)'s access token is signed with the (?:new|saved) key$/, function (this: RollcallWorld, owner: string) {
  assert.equal(this.response.status, 200, this.response.text);
  assert.equal(keyIdOf(owner)(this), this.saved.get('key'));
});

Then(
  '{int} session(s) use(s) the {word} key and {int} session(s) use(s) the {word} key',
  function (this: RollcallWorld, one: number, algorithm: string, other: number, otherAlgorithm: string) {
    const { data } = this.response.json<{ data: { algorithm: string; live_sessions: number }[] }>();
    const counts = Object.fromEntries(data.map((key) => [key.algorithm, key.live_sessions]));
    assert.deepEqual(counts, { [algorithm]: one, [otherAlgorithm]: other });
  },
);
