import { When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';
import { forge } from './forgery.js';
import { tokensOf } from './login.js';
import { allAtOnce } from './together.js';

const path = '/api/v1/auth/logout';

When('{word} logs out', async function (this: RollcallWorld, name: string) {
  await this.send('POST', path, { as: name });
});

When('{word} logs out on the second instance', async function (this: RollcallWorld, name: string) {
  await this.send('POST', path, { as: name, to: this.saved.get('second') as string });
});

When('{word} logs out {int} times at once', async function (this: RollcallWorld, name: string, count: number) {
  await allAtOnce(this, count, () => this.send('POST', path, { as: name }));
});

When('somebody logs out without a token', async function (this: RollcallWorld) {
  await this.send('POST', path);
});

When('somebody logs out with the remembered access token', async function (this: RollcallWorld) {
  await this.send('POST', path, { token: this.saved.get('token') as string });
});

When(
  "somebody logs out with {word}'s access token, {forgery}",
  async function (this: RollcallWorld, name: string, kind: string) {
    await this.send('POST', path, { token: forge(kind, tokensOf(this, name).access_token) });
  },
);

When("somebody logs out with {word}'s refresh token", async function (this: RollcallWorld, name: string) {
  await this.send('POST', path, { body: { refresh_token: tokensOf(this, name).refresh_token } });
});

When('somebody logs out with the remembered refresh token', async function (this: RollcallWorld) {
  await this.send('POST', path, { body: { refresh_token: this.saved.get('refresh') } });
});

When('{word} logs out and also sends the remembered refresh token', async function (this: RollcallWorld, name: string) {
  await this.send('POST', path, { as: name, body: { refresh_token: this.saved.get('refresh') } });
});
