import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Given, Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';
import { timed } from './time.js';

Given('a second instance runs on the same database', async function (this: RollcallWorld) {
  this.remember.set('second', (await this.startSecondApp()).url);
});

Given('a second instance runs on the same database, and hears of changes', async function (this: RollcallWorld) {
  const second = await this.startSecondApp();
  this.app.services.cluster.on('keys', () => second.services.keys.reload());
  this.remember.set('second', second.url);
});

When(
  'the service is restarted after the settings were changed to:',
  async function (this: RollcallWorld, text: string) {
    writeFileSync(join(this.app.configDirectory, 'local.yaml'), text);
    await this.restartApp();
  },
);

When('the service is restarted', async function (this: RollcallWorld) {
  await this.restartApp();
});

When('the service is told to stop', async function (this: RollcallWorld) {
  await timed(this, async () => {
    this.remember.set('stopped in order', await this.app.stop());
  });
});

Then('the stop is cut short', function (this: RollcallWorld) {
  assert.equal(this.remember.get('stopped in order'), false);
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
