import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Given, Then, When } from '@cucumber/cucumber';
import type { z } from 'zod';
import type { Info } from '../../../src/contract/system.js';
import { stopDelivery } from '../../support/mail/mail-service.js';
import { timed } from '../../support/timing.js';
import type { RollcallWorld, RunningApp } from '../../support/world.js';

type App = RunningApp & { readonly configDirectory: string };

/** The instance that a step names as the first or the second. */
const instanceOf = async (world: RollcallWorld, ordinal: string): Promise<App> =>
  ordinal === 'second' ? (world.saved.get('second app') as App) : world.ready();

Given('a second instance is running', async function (this: RollcallWorld) {
  const app = await this.startSecondApp();
  this.saved.set('second', app.url);
  this.saved.set('second app', app);
});

Given('the instances exchange changes', async function (this: RollcallWorld) {
  await this.joinInstances();
});

Given(
  'the service was started with {word} set to {string}',
  async function (this: RollcallWorld, variable: string, value: string) {
    await this.startApp({ env: { [variable]: value } });
  },
);

Given(
  'the service was started with at most {int} database connection(s)',
  async function (this: RollcallWorld, max: number) {
    const min = max < 2 ? { ROLLCALL_DATABASE_POOL_MIN: String(max) } : {};
    await this.startApp({ env: { ...min, ROLLCALL_DATABASE_POOL_MAX: String(max) } });
  },
);

Given(
  /^the service (was started|is restarted) with the settings:$/,
  async function (this: RollcallWorld, action: string, localYaml: string) {
    if (action === 'was started') await this.startApp({ localYaml });
    else {
      writeFileSync(join((await this.ready()).configDirectory, 'local.yaml'), localYaml);
      await this.restartApp();
    }
  },
);

When(
  'the service is restarted with {word} set to {string}',
  async function (this: RollcallWorld, variable: string, value: string) {
    await stopDelivery(this);
    await this.restartApp({ [variable]: value });
  },
);

When('the service is restarted', async function (this: RollcallWorld) {
  await stopDelivery(this);
  await this.restartApp();
});

Given('the second instance (has )load(s)(ed) the same files', async function (this: RollcallWorld) {
  const { configDirectory, services } = await instanceOf(this, 'second');
  cpSync((await this.ready()).configDirectory, configDirectory, { recursive: true });
  const { outcome } = await services.config.reload('signal');
  assert.notEqual(outcome, 'refused');
});

When('the {word} instance checks the database for changes', async function (this: RollcallWorld, ordinal: string) {
  const { services } = await instanceOf(this, ordinal);
  await services.config.syncRevisions();
});

Then(
  'the {word} instance reports revision {word}',
  async function (this: RollcallWorld, ordinal: string, revision: string) {
    const { url } = await instanceOf(this, ordinal);
    const response = await this.send('GET', '/api/info', { to: url });
    const { config_revision: reported } = response.json<z.infer<typeof Info>>();
    assert.deepEqual([response.status, String(reported)], [200, revision], response.text);
  },
);

When(
  /^the service (starts to shut down|receives a signal to stop|stops)$/,
  async function (this: RollcallWorld, action: string) {
    const { services } = await this.ready();
    if (action === 'starts to shut down') services.lifecycle.stopping = true;
    else if (action === 'receives a signal to stop') void this.app.stop();
    else {
      await timed(this, async () => {
        this.saved.set('stopped cleanly', await this.app.stop());
      });
    }
  },
);

Then('the shutdown times out', function (this: RollcallWorld) {
  assert.equal(this.saved.get('stopped cleanly'), false);
});
