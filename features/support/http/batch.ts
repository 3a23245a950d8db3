import assert from 'node:assert/strict';
import type { ApiResponse, RollcallWorld } from '../world.js';

/** Keeps responses for steps that check all of them. */
export const rememberBatch = (world: RollcallWorld, batch: readonly ApiResponse[]): void => {
  world.saved.set('batch', batch);
};

/** Sends requests concurrently and keeps their responses for steps that check all of them. */
export const allAtOnce = async (
  world: RollcallWorld,
  count: number,
  sendOne: (index: number) => Promise<ApiResponse>,
): Promise<ApiResponse[]> => {
  const batch = await Promise.all(Array.from({ length: count }, (_, index) => sendOne(index)));
  rememberBatch(world, batch);
  return batch;
};

/** The responses to the last repeated request. */
export const batchOf = (world: RollcallWorld): ApiResponse[] => {
  assert.ok(world.response.status > 0);
  return world.saved.get('batch') as ApiResponse[];
};

/** Whether a response has a 2xx status. */
export const isSuccess = ({ status }: ApiResponse): boolean => status >= 200 && status < 300;
