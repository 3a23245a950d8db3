import assert from 'node:assert/strict';
import { defineParameterType, Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';

/** What a scenario itself may take, in milliseconds: the clock of a story goes on while it is told. */
const slackMs = 15_000;

/** Whether a length of time, or a moment, is the expected one but for the time that the scenario itself takes. */
export const isAbout = (ms: number, expectedMs: number): boolean => Math.abs(ms - expectedMs) <= slackMs;

/** Does something and keeps how long it really took, for the step below. */
export const timed = async (world: RollcallWorld, work: () => Promise<void>): Promise<void> => {
  const startedAt = performance.now();
  await work();
  world.saved.set('took', performance.now() - startedAt);
};

const unitMs: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

defineParameterType({
  name: 'duration',
  regexp: /(\d+) (second|minute|hour|day)s?/,
  transformer: (count: string, unit: string) => Number(count) * (unitMs[unit] ?? Number.NaN),
});

When('the clock of the machine is set back by {duration}', function (this: RollcallWorld, ms: number) {
  this.clock.setWall(new Date(this.clock.now().getTime() - ms));
});

When('{duration} pass(es)', function (this: RollcallWorld, ms: number) {
  this.clock.advance(ms);
});

Then('that took less than {duration}', function (this: RollcallWorld, ms: number) {
  const took = this.saved.get('took') as number;
  assert.ok(took < ms, `it took ${String(took)} ms`);
});
