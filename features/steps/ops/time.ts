import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../../support/world.js';

When('the system clock is set back by {duration}', function (this: RollcallWorld, ms: number) {
  this.clock.setWall(new Date(this.clock.now().getTime() - ms));
});

When('{duration} pass(es)', function (this: RollcallWorld, ms: number) {
  this.clock.advance(ms);
});

Then('the request takes less than {duration}', function (this: RollcallWorld, ms: number) {
  const took = this.saved.get('took') as number;
  assert.ok(took < ms, `it took ${String(took)} ms`);
});
