import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until a condition holds, by polling.
 * @throws Error with `what` if it does not hold within `timeoutMs`
 */
export const waitUntil = async (
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`did not happen within ${String(timeoutMs)} ms: ${what}`);
    await pause(5);
  }
};
