import { Given, When } from '@cucumber/cucumber';
import { pageOf } from '../../support/console/browser.js';
import type { RollcallWorld } from '../../support/world.js';

Given(
  "the clock of {account}'s browser is {int} hour(s) ahead",
  async function (this: RollcallWorld, name: string, hours: number) {
    const context = (await pageOf(this, name)).context();
    await context.clock.install({ time: Date.now() + hours * 3_600_000 });
  },
);

When("{int} minutes pass in {account}'s browser", async function (this: RollcallWorld, minutes: number, name: string) {
  await (await pageOf(this, name)).clock.fastForward(minutes * 60_000);
});
