import assert from 'node:assert/strict';
import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';
import { headerOf, tokensOf } from '../support/accounts.js';

type PublishedKey = JsonWebKey & { readonly kid: string; readonly alg: string; readonly use: string };

const signatureForm = {
  ES256: { dsaEncoding: 'ieee-p1363' as const },
  RS256: {},
};

When('somebody asks for the public keys', async function (this: RollcallWorld) {
  await this.send('GET', '/.well-known/jwks.json');
});

Then('no key is published', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.body], [200, { keys: [] }]);
});

Then('{int} key(s) is/are published', function (this: RollcallWorld, count: number) {
  assert.equal(this.response.json<{ keys: PublishedKey[] }>().keys.length, count, this.response.text);
});

Then(
  'the published {word} key verifies {word} access token',
  function (this: RollcallWorld, algorithm: 'ES256' | 'RS256', owner: string) {
    const token = tokensOf(this, owner.replace(/'s$/, '')).access_token;
    const key = this.response.json<{ keys: PublishedKey[] }>().keys.find(({ kid }) => kid === headerOf(token)['kid']);
    assert.deepEqual([key?.alg, key?.use], [algorithm, 'sig']);
    const [head, body, signature] = token.split('.') as [string, string, string];
    const publicKey = { key: createPublicKey({ key: key!, format: 'jwk' }), ...signatureForm[algorithm] };
    assert.ok(verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url')));
  },
);

Then('nothing of the private key is published', function (this: RollcallWorld) {
  const secretParts = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];
  for (const key of this.response.json<{ keys: object[] }>().keys) {
    assert.deepEqual(
      Object.keys(key).filter((part) => secretParts.includes(part)),
      [],
    );
  }
});
