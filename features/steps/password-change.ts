import { When } from '@cucumber/cucumber';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { allAtOnce } from '../support/batch.js';

const change = (world: RollcallWorld, name: string, current: string, next: string): Promise<ApiResponse> => {
  const body = { current_password: current, new_password: next };
  return world.send('PUT', '/api/v1/users/me/password', { as: name, body });
};

When('{word} changes the own password to {string}', async function (this: RollcallWorld, name: string, next: string) {
  await change(this, name, this.user(name).password, JSON.parse(`"${next}"`) as string);
});

When('{word} changes the own password with a wrong current one', async function (this: RollcallWorld, name: string) {
  await change(this, name, 'certainly not the password', 'seven lanterns over the bay');
});

When(
  '{word} changes the own password {int} times with a wrong current one',
  async function (this: RollcallWorld, name: string, times: number) {
    for (let time = 0; time < times; time += 1) {
      await change(this, name, 'certainly not the password', 'seven lanterns over the bay');
    }
  },
);

When(
  '{word} changes the own password {int} times at once',
  async function (this: RollcallWorld, name: string, times: number) {
    const { password } = this.user(name);
    await allAtOnce(this, times, (index) =>
      change(this, name, password, `lantern number ${String(index)} over the bay`),
    );
  },
);

When('{word} sets the first password to {string}', async function (this: RollcallWorld, name: string, next: string) {
  await this.send('PUT', '/api/v1/users/me/password', { as: name, body: { new_password: next } });
});

When('somebody changes a password', async function (this: RollcallWorld) {
  const body = { current_password: 'whatever it is now', new_password: 'seven lanterns over the bay' };
  await this.send('PUT', '/api/v1/users/me/password', { body });
});
