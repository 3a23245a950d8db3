import assert from 'node:assert/strict';
import { Then, When, type DataTable } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';

When('{word} asks which switches are on', async function (this: RollcallWorld, name: string) {
  await this.send('GET', '/api/v1/users/me/features', { as: name === 'somebody' ? null : name });
});

When('{word} asks which switches are on at the second instance', async function (this: RollcallWorld, name: string) {
  await this.send('GET', '/api/v1/users/me/features', { as: name, to: this.saved.get('second') as string });
});

When('the operator adds the switch {word} to {word}', async function (this: RollcallWorld, name: string, file: string) {
  await this.ready();
  await this.operator.write(file, `${this.operator.read(file)}\nfeatures: {${name}: true}\n`);
  await this.operator.waitForRevision();
});

When('the operator writes {int} switches, which is refused', async function (this: RollcallWorld, count: number) {
  const lines = Array.from({ length: count }, (_, index) => `  switch${index}: true\n`);
  await this.operator.write('local.yaml', `features:\n${lines.join('')}`);
  await this.operator.waitForRejection();
});

Then('the switches are:', function (this: RollcallWorld, table: DataTable) {
  const expected = Object.fromEntries(table.raw().map(([name = '', value]) => [name, value === 'on']));
  assert.deepEqual([this.response.status, this.response.json()], [200, expected], this.response.text);
});

Then('there is no switch', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.text], [200, '{}']);
});

Then(
  'the operator reads that {word} comes from {word}',
  async function (this: RollcallWorld, key: string, from: string) {
    const [entry] = (await this.ready()).services.config.explain(key);
    assert.deepEqual([entry?.source, entry?.class], [from, 'live']);
  },
);

Then('the operator finds no key {word}', async function (this: RollcallWorld, key: string) {
  const entries = (await this.ready()).services.config.explain();
  assert.deepEqual(
    entries.filter((entry) => entry.key === key),
    [],
  );
});

Then('the operator reads of the fault {string}', async function (this: RollcallWorld, message: string) {
  const { lastError } = (await this.ready()).services.config.status;
  assert.deepEqual(
    lastError?.errors.map((fault) => fault.message),
    [message],
  );
});
