import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import type { ConfigFiles } from '../../../src/contract/admin/config-files.js';
import type { RollcallWorld } from '../../support/world.js';

const filesOf = (world: RollcallWorld): ConfigFiles['data'] => {
  assert.equal(world.response.status, 200, world.response.text);
  return world.response.json<ConfigFiles>().data;
};

const fileNamed = (world: RollcallWorld, name: string): ConfigFiles['data'][number] => {
  const file = filesOf(world).find((each) => each.name === name);
  assert.ok(file, name);
  return file;
};

Then('the file {word} is shown as {string}', function (this: RollcallWorld, name: string, text: string) {
  assert.equal(fileNamed(this, name).document?.trim(), text);
});

Then(
  'the file {word} has an error of {word} in line {int}',
  function (this: RollcallWorld, name: string, key: string, line: number) {
    const errors = fileNamed(this, name).errors.map((error) => [error.key, error.line]);
    assert.deepEqual(errors, [[key, line]]);
  },
);
