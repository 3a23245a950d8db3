import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';

/** How long an event may take to be counted, in milliseconds. */
const timeoutMs = 10_000;

/** The values of a metric: one, or none if it does not exist. */
const valuesOf = async (world: RollcallWorld, name: string): Promise<number[]> => {
  const lines = (await (await world.ready()).services.metrics.expose()).split('\n');
  return lines.filter((line) => line.startsWith(`${name} `)).map((line) => Number(line.slice(name.length + 1)));
};

Then(
  /^the metric '(.*)' is (soon )?(at least )?(\d+)$/,
  async function (this: RollcallWorld, name: string, soon: string | null, atLeast: string | null, value: string) {
    const expected = Number(value);
    if (soon !== null) {
      const isReached = async (): Promise<boolean> => {
        const [found] = await valuesOf(this, name);
        return found !== undefined && (atLeast === null ? found === expected : found >= expected);
      };
      await waitUntil(`${name} is ${value}`, isReached, timeoutMs);
    } else assert.deepEqual(await valuesOf(this, name), [expected]);
  },
);
