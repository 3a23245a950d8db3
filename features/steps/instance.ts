import { Given, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';

Given('a second instance runs on the same database', async function (this: RollcallWorld) {
  const app = await this.startSecondApp();
  this.remember.set('second', app.url);
  this.remember.set('second app', app);
});

When('the service is restarted', async function (this: RollcallWorld) {
  await this.restartApp();
});

Given(
  'the service was started with {word} set to {string}',
  async function (this: RollcallWorld, variable: string, value: string) {
    await this.startApp({ env: { [variable]: value } });
  },
);

Given('the service was started with the settings:', async function (this: RollcallWorld, localYaml: string) {
  await this.startApp({ localYaml });
});
