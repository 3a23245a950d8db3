import { setTimeout as delay } from 'node:timers/promises';

const pollIntervalMs = 5;

/**
 * Polls until a condition returns a value.
 * @param condition returns null or undefined to keep polling
 * @returns the value, or null after the timeout
 */
export const waitFor = async <T>(
  condition: () => Promise<T | null | undefined>,
  timeoutMs: number,
): Promise<T | null> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== null && value !== undefined) return value;
    if (performance.now() >= deadline) return null;
    await delay(pollIntervalMs);
  }
};
