import assert from 'node:assert/strict';
import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { Then } from '@cucumber/cucumber';
import { headerOf, tokensOf } from '../../support/accounts/accounts.js';
import type { RollcallWorld } from '../../support/world.js';

type PublicKey = JsonWebKey & { readonly kid: string; readonly alg: string; readonly use: string };

const signatureOptions = {
  ES256: { dsaEncoding: 'ieee-p1363' as const },
  RS256: {},
};

Then('{int} public key(s) is/are published', function (this: RollcallWorld, count: number) {
  const { keys, ...rest } = this.response.json<{ keys: PublicKey[] }>();
  assert.deepEqual([this.response.status, keys.length, rest], [200, count, {}], this.response.text);
});

Then(
  "the published {word} key verifies {account}'s access token",
  function (this: RollcallWorld, algorithm: 'ES256' | 'RS256', owner: string) {
    const token = tokensOf(this, owner).access_token;
    const key = this.response.json<{ keys: PublicKey[] }>().keys.find(({ kid }) => kid === headerOf(token)['kid']);
    assert.deepEqual([key?.alg, key?.use], [algorithm, 'sig']);
    const [head, body, signature] = token.split('.') as [string, string, string];
    const publicKey = { key: createPublicKey({ key: key!, format: 'jwk' }), ...signatureOptions[algorithm] };
    assert.ok(verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url')));
  },
);

Then('the public keys contain no private parts', function (this: RollcallWorld) {
  const privateParts = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];
  for (const key of this.response.json<{ keys: object[] }>().keys) {
    assert.deepEqual(
      Object.keys(key).filter((part) => privateParts.includes(part)),
      [],
    );
  }
});
