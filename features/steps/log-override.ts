import assert from 'node:assert/strict';
import { Given, Then } from '@cucumber/cucumber';
import { waitUntil } from '../support/wait-until.js';
import type { RollcallWorld } from '../support/world.js';

/** How long the service may take to notice that a moment has come, in milliseconds. */
const patienceMs = 10_000;

const linesWith = (world: RollcallWorld, message: string): Record<string, unknown>[] =>
  world.logLines().filter(({ msg }) => msg === message);

Given(
  'the operator has overridden the log level with {word} for {duration}',
  async function (this: RollcallWorld, level: string, ms: number) {
    const end = new Date(this.clock.now().getTime() + ms).toISOString();
    await this.operator.setAll({ 'logging.override.level': level, 'logging.override.until': end });
  },
);

Then(
  'the log tells that the override is over, and the level is {word}',
  async function (this: RollcallWorld, level: string) {
    const told = (): Record<string, unknown>[] => linesWith(this, 'log level override ended');
    await waitUntil('the override is over', () => told().length > 0, patienceMs);
    assert.deepEqual([told().length, told()[0]?.['log_level']], [1, level]);
  },
);

Then(
  'the log tells {int} times that the level is overridden with {word}',
  async function (this: RollcallWorld, times: number, level: string) {
    const told = (): unknown[] => linesWith(this, 'log level overridden temporarily');
    await waitUntil('the override is in force again', () => told().length >= times, patienceMs);
    assert.deepEqual(
      linesWith(this, 'log level overridden temporarily').map((line) => line['log_level']),
      Array.from({ length: times }, () => level),
    );
  },
);

Then('the operator reads that {word} is {word}', async function (this: RollcallWorld, key: string, value: string) {
  const [entry] = (await this.ready()).services.config.explain(key);
  assert.equal(entry?.value, value);
});
