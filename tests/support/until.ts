import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a condition holds, asking again and again; for what other processes do and no event tells.
 * @throws Error with `what` when it does not hold within `timeoutMs`
 */
export const until = async (
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`did not happen within ${String(timeoutMs)} ms: ${what}`);
    await sleep(10);
  }
};
