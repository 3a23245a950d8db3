import type { RollcallWorld } from './world.js';

/** How long a scenario may take, in milliseconds: its clock continues to run. */
const toleranceMs = 15_000;

/** Whether a duration or a timestamp, in milliseconds, equals the expected one within the time that the scenario takes. */
export const isAbout = (ms: number, expectedMs: number): boolean => Math.abs(ms - expectedMs) <= toleranceMs;

/** Runs an action and keeps how long it took, for "the request takes less than …". */
export const timed = async (world: RollcallWorld, action: () => Promise<void>): Promise<void> => {
  const startedAt = performance.now();
  await action();
  world.saved.set('took', performance.now() - startedAt);
};
