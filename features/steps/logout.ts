import { When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';
import { allAtOnce } from './together.js';

When('{word} logs out', async function (this: RollcallWorld, name: string) {
  await this.send('POST', '/api/v1/auth/logout', { as: name });
});

When('{word} logs out on the second instance', async function (this: RollcallWorld, name: string) {
  await this.send('POST', '/api/v1/auth/logout', { as: name, to: this.remember.get('second') as string });
});

When('{word} logs out {int} times at once', async function (this: RollcallWorld, name: string, count: number) {
  await allAtOnce(this, count, () => this.send('POST', '/api/v1/auth/logout', { as: name }));
});

When('somebody logs out without a token', async function (this: RollcallWorld) {
  await this.send('POST', '/api/v1/auth/logout');
});
