import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Given, Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';
import { timed } from '../support/timing.js';

Given('a second instance runs on the same database', async function (this: RollcallWorld) {
  const app = await this.startSecondApp();
  this.saved.set('second', app.url);
  this.saved.set('second app', app);
});

Given('a second instance runs on the same database, and hears of changes', async function (this: RollcallWorld) {
  this.saved.set('second', (await this.startSecondApp()).url);
  await this.joinInstances();
});

When(
  'the service is restarted after the settings were changed to:',
  async function (this: RollcallWorld, text: string) {
    writeFileSync(join(this.app.configDirectory, 'local.yaml'), text);
    await this.restartApp();
  },
);

Given('the instances know of each other', async function (this: RollcallWorld) {
  await this.joinInstances();
});

When('{word} looks for accounts on the second instance', async function (this: RollcallWorld, name: string) {
  await this.send('GET', '/api/v1/admin/users', { as: name, to: this.saved.get('second') as string });
});

When('the service is restarted', async function (this: RollcallWorld) {
  await this.restartApp();
});

When('the service gets the signal to stop', function (this: RollcallWorld) {
  void this.app.stop();
});

When('the service is told to stop', async function (this: RollcallWorld) {
  await timed(this, async () => {
    this.saved.set('stopped in order', await this.app.stop());
  });
});

Then('the stop is cut short', function (this: RollcallWorld) {
  assert.equal(this.saved.get('stopped in order'), false);
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
