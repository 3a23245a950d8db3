import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../clock.js';

/** Milliseconds between two looks at a condition that no event announces. */
const pollIntervalMs = 5;

/**
 * Looks at a condition until it holds.
 * @param condition answers null or undefined while there is nothing yet
 * @param timeoutMs how long to go on looking
 * @returns what the condition answered, or null when the time ran out
 */
export const waitFor = async <T>(
  condition: () => Promise<T | null | undefined>,
  timeoutMs: number,
): Promise<T | null> => {
  const deadline = systemClock.monotonicMs() + timeoutMs;
  for (;;) {
    const answer = await condition();
    if (answer !== null && answer !== undefined) return answer;
    if (systemClock.monotonicMs() >= deadline) return null;
    await pause(pollIntervalMs);
  }
};
