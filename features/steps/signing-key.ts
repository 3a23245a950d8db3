import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { SigningKey as Key } from '../../src/contract/signing-key.js';
import { newId } from '../../src/models/base-model.js';
import { SigningKey } from '../../src/models/signing-key.js';
import { encryptionContext, type KeyAlgorithm } from '../../src/security/key-material.js';
import { createKey } from '../../src/security/encrypted-key.js';
import { waitUntil } from '../support/wait-until.js';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { headerOf, tokensOf } from '../support/accounts.js';
import { allAtOnce } from '../support/batch.js';

const secrets = '/api/v1/admin/jwt/secrets';

/** How long the service may take to follow a setting of the keys, in milliseconds. */
const patienceMs = 10_000;

const rotate = (
  world: RollcallWorld,
  who: string,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<ApiResponse> => world.send('POST', `${secrets}/rotate`, { as: who, body, headers });

/** Rotates in a story that goes on from there. */
const haveRotated = async (world: RollcallWorld, who: string, body: unknown = {}): Promise<void> => {
  const answer = await rotate(world, who, body);
  assert.equal(answer.status, 201, answer.text);
  world.saved.set('key', answer.json<Key>().kid);
};

const keysOf = ({ response }: RollcallWorld): readonly Key[] => {
  assert.equal(response.status, 200, response.text);
  return response.json<{ data: Key[] }>().data;
};

const inWords = (keys: readonly Key[]): string[] => keys.map(({ state, algorithm }) => `${state} ${algorithm}`);

const kidOf = (world: RollcallWorld, owner: string): unknown => headerOf(tokensOf(world, owner).access_token)['kid'];

const remove = (world: RollcallWorld, who: string, kid: string): Promise<ApiResponse> =>
  world.send('DELETE', `${secrets}/${kid}`, { as: who });

Given('{word} has rotated the signing keys', async function (this: RollcallWorld, who: string) {
  await haveRotated(this, who);
});

Given(
  '{word} has rotated the signing keys to {word}',
  async function (this: RollcallWorld, who: string, algorithm: string) {
    await haveRotated(this, who, { algorithm });
  },
);

Given(
  'a rotation to {word} was cut off when its key was published',
  async function (this: RollcallWorld, algorithm: string) {
    const { secretBox, clock } = (await this.ready()).services;
    const order = { algorithm: algorithm as KeyAlgorithm, madeFor: 'ES256', tokenTtlMs: 1, state: 'next' } as const;
    const { stored } = await createKey(order, { secretBox, clock, newId });
    await SigningKey.query(this.db).insert({ ...stored });
    this.saved.set('key', stored.id);
  },
);

Given('the signing key is remembered', async function (this: RollcallWorld) {
  this.saved.set('key', (await this.ready()).services.keys.signingKey().kid);
});

When('{word} looks at the signing keys', async function (this: RollcallWorld, who: string) {
  await this.send('GET', secrets, { as: who });
});

When('{word} rotates the signing keys', async function (this: RollcallWorld, who: string) {
  await rotate(this, who);
});

When('{word} rotates the signing keys to {word}', async function (this: RollcallWorld, who: string, algorithm: string) {
  await rotate(this, who, { algorithm });
});

When("{word} rotates the signing keys with '{}'", async function (this: RollcallWorld, who: string, body: string) {
  await rotate(this, who, JSON.parse(body));
});

When(
  '{word} rotates the signing keys, with the key {string}',
  async function (this: RollcallWorld, who: string, key: string) {
    await rotate(this, who, {}, { 'Idempotency-Key': key });
  },
);

When(
  '{word} rotates the signing keys to {word}, with the key {string}',
  async function (this: RollcallWorld, who: string, algorithm: string, key: string) {
    await rotate(this, who, { algorithm }, { 'Idempotency-Key': key });
  },
);

When(
  '{word} rotates the signing keys {int} times at once',
  async function (this: RollcallWorld, who: string, times: number) {
    await allAtOnce(this, times, () => rotate(this, who));
  },
);

When(
  "{word} removes the signing key of {word}'s access token",
  async function (this: RollcallWorld, who: string, owner: string) {
    await remove(this, who, String(kidOf(this, owner)));
  },
);

When('{word} removes the active signing key', async function (this: RollcallWorld, who: string) {
  await remove(this, who, (await this.ready()).services.keys.signingKey().kid);
});

When('{word} removes the signing key {string}', async function (this: RollcallWorld, who: string, kid: string) {
  await remove(this, who, kid);
});

Then('the signing keys are {string}', function (this: RollcallWorld, words: string) {
  assert.deepEqual(inWords(keysOf(this)), words.split(', '), this.response.text);
});

Then('the signing keys are {string} in any order', function (this: RollcallWorld, words: string) {
  assert.deepEqual(inWords(keysOf(this)).sort(), words.split(', ').sort(), this.response.text);
});

Then('soon {word} finds the signing keys {string}', async function (this: RollcallWorld, who: string, words: string) {
  const areFound = async (): Promise<boolean> => {
    await this.send('GET', secrets, { as: who });
    return inWords(keysOf(this)).join(', ') === words;
  };
  await waitUntil(`the signing keys are ${words}`, areFound, patienceMs);
});

Then('soon {word} signs', async function (this: RollcallWorld, algorithm: string) {
  const { keys } = (await this.ready()).services;
  await waitUntil(`${algorithm} signs`, () => keys.signingKey().algorithm === algorithm, patienceMs);
});

Then('the signing keys are what the configuration asks for', async function (this: RollcallWorld) {
  const { metrics } = (await this.ready()).services;
  const isDone = async (): Promise<boolean> => /^rollcall_signing_key_change_pending 0$/m.test(await metrics.expose());
  await waitUntil('the keys follow the configuration', isDone, patienceMs);
});

Then('each has a fingerprint of its own', function (this: RollcallWorld) {
  const fingerprints = keysOf(this).map(({ fingerprint }) => fingerprint ?? '');
  assert.ok(fingerprints.every((fingerprint) => /^[0-9a-f]{32}$/.test(fingerprint)));
  assert.equal(new Set(fingerprints).size, fingerprints.length);
});

Then('only those that retire have an end', function (this: RollcallWorld) {
  const isOver = ({ expires_at: end }: Key): boolean => Date.parse(end ?? '') > this.clock.now().getTime();
  for (const key of keysOf(this)) assert.equal(key.state === 'retiring', isOver(key), this.response.text);
});

Then('no secret of a signing key was shown or logged', async function (this: RollcallWorld) {
  const told = JSON.stringify([this.responses.map(({ text }) => text), this.logLines()]);
  const rows = await SigningKey.newestFirst(this.db);
  assert.ok(rows.length === 3 && told.includes('signing keys rotated'));
  for (const { id, algorithm, encryptedSecret } of rows) {
    const secret = this.app.services.secretBox.open(encryptedSecret, encryptionContext(id, algorithm));
    for (const bytes of [secret, encryptedSecret]) {
      for (const form of ['hex', 'base64', 'base64url'] as const) assert.ok(!told.includes(bytes.toString(form)));
    }
  }
});

Then('the new signing key is active {word}', function (this: RollcallWorld, algorithm: string) {
  const { kid, ...rest } = this.response.json<Key>();
  assert.deepEqual([this.response.status, rest.algorithm, rest.state], [201, algorithm, 'active'], this.response.text);
  this.saved.set('key', kid);
});

Then('the new signing key is the one that was published', function (this: RollcallWorld) {
  assert.equal(this.response.json<Key>().kid, this.saved.get('key'), this.response.text);
});

Then(/^(\w+)'s access token is signed with the (?:new|remembered) key$/, function (this: RollcallWorld, owner: string) {
  assert.equal(this.response.status, 200, this.response.text);
  assert.equal(kidOf(this, owner), this.saved.get('key'));
});
