import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls until a condition is true. For actions of other processes that emit no event.
 * @param description for the error message
 * @throws {Error} if the condition is not true within `timeoutMs`
 */
export const waitUntil = async (
  description: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`timeout after ${String(timeoutMs)} ms: ${description}`);
    await sleep(10);
  }
};
