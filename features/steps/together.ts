import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { assertRefused } from './refusal.js';

/** Sends several requests at once and keeps their answers for the steps below. */
export const allAtOnce = async (
  world: RollcallWorld,
  count: number,
  sendOne: (index: number) => Promise<ApiResponse>,
): Promise<ApiResponse[]> => {
  const batch = await Promise.all(Array.from({ length: count }, (_, index) => sendOne(index)));
  world.saved.set('batch', batch);
  return batch;
};

/** The answers of the requests that were sent together last. */
export const batchOf = (world: RollcallWorld): ApiResponse[] => {
  assert.ok(world.response.status > 0);
  return world.saved.get('batch') as ApiResponse[];
};

const succeeded = ({ status }: ApiResponse): boolean => status >= 200 && status < 300;

Then('all of them succeed', function (this: RollcallWorld) {
  assert.deepEqual(
    batchOf(this)
      .filter((answer) => !succeeded(answer))
      .map(({ text }) => text),
    [],
  );
});

Then('exactly {int} of them succeed(s)', function (this: RollcallWorld, count: number) {
  assert.equal(batchOf(this).filter(succeeded).length, count);
});

Then('the others are refused with {int} {word}', function (this: RollcallWorld, status: number, code: string) {
  const others = batchOf(this).filter((answer) => !succeeded(answer));
  assert.ok(others.length > 0);
  for (const answer of others) assertRefused(answer, status, code);
});
