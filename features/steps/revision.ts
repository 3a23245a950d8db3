import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Info } from '../../src/contract/system.js';
import type { z } from 'zod';
import type { RollcallWorld, RunningApp } from '../support/world.js';

type App = RunningApp & { readonly configDirectory: string };

const second = (world: RollcallWorld): App => world.saved.get('second app') as App;

const revisionAt = async (world: RollcallWorld, url?: string): Promise<number | null> => {
  const answer = await world.send('GET', '/api/info', url === undefined ? {} : { to: url });
  assert.equal(answer.status, 200, answer.text);
  return answer.json<z.infer<typeof Info>>().config_revision;
};

When('the second instance gets the same files', async function (this: RollcallWorld) {
  const { configDirectory, services } = second(this);
  cpSync((await this.ready()).configDirectory, configDirectory, { recursive: true });
  const { outcome } = await services.config.reload('signal');
  assert.notEqual(outcome, 'refused');
});

When('the second instance gets the settings:', async function (this: RollcallWorld, text: string) {
  const { configDirectory, services } = second(this);
  writeFileSync(join(configDirectory, 'local.yaml'), text);
  const { outcome } = await services.config.reload('signal');
  assert.notEqual(outcome, 'refused');
});

When('the {word} instance looks at the database', async function (this: RollcallWorld, which: string) {
  const app = which === 'second' ? second(this) : await this.ready();
  await app.services.config.syncRevisions();
});

When('the files become, while the service is down:', async function (this: RollcallWorld, text: string) {
  writeFileSync(join((await this.ready()).configDirectory, 'local.yaml'), text);
  await this.restartApp();
});

Given(
  'the value of {word} in revision {int} has become {}',
  async function (this: RollcallWorld, key: string, revision: number, value: string) {
    const changed = await this.db('config_revisions')
      .where({ revision })
      .update({ stated: this.db.raw(`stated || jsonb_build_object(?::text, ?::jsonb)`, [key, value]) });
    assert.equal(changed, 1);
  },
);

Then('both instances show revision {int}', async function (this: RollcallWorld, revision: number) {
  const shown = [await revisionAt(this), await revisionAt(this, second(this).url)];
  assert.deepEqual([this.response.status, shown], [200, [revision, revision]]);
});

Then('the {word} instance shows revision {int}', async function (this: RollcallWorld, which: string, revision: number) {
  const shown = await revisionAt(this, which === 'second' ? second(this).url : undefined);
  assert.deepEqual([this.response.status, shown], [200, revision]);
});

Then('the first instance shows no revision', async function (this: RollcallWorld) {
  assert.deepEqual([await revisionAt(this), this.response.status], [null, 200]);
});

When(
  'somebody asks the second instance for the new greeting for {string}',
  async function (this: RollcallWorld, greeted: string) {
    await this.send('POST', '/api/v2/greet', { body: { name: greeted }, to: second(this).url });
  },
);
