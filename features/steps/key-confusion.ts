import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';
import { headerOf } from './access-token.js';
import { tokensOf } from './login.js';

const useToken = (world: RollcallWorld, token: string): Promise<unknown> =>
  world.send('GET', '/api/v1/users/me', { token });

const headed = (header: unknown, token: string): string =>
  token.replace(/^[^.]+/, Buffer.from(JSON.stringify(header)).toString('base64url'));

When(
  "somebody signs {word}'s access token with the published key as a secret",
  async function (this: RollcallWorld, owner: string) {
    const token = tokensOf(this, owner).access_token;
    const { keys } = (await this.send('GET', '/.well-known/jwks.json')).json<{ keys: JsonWebKey[] }>();
    const [key = {}] = keys;
    const secret = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const header = { ...headerOf(token), kid: key['kid'], alg: 'HS256' };
    const text = headed(header, token).replace(/\.[^.]+$/, '');
    await useToken(this, `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`);
  },
);

When(
  'somebody uses the remembered access token under the new key, said to be signed with {word}',
  async function (this: RollcallWorld, alg: string) {
    const token = this.saved.get('token') as string;
    await useToken(this, headed({ ...headerOf(token), kid: this.saved.get('key'), alg }, token));
  },
);
