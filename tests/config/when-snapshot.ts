import type { Config } from '../../src/config/config.js';
import { describeIssue } from '../../src/config/issue.js';
import { waitUntil } from '../support/wait-until.js';

/**
 * Waits until a change is active and numbered. The snapshot at startup has number 1.
 * @throws with the error of the files if it does not happen in time
 */
export const whenSnapshot = async (config: Config, snapshotNumber: number, timeoutMs: number): Promise<void> => {
  try {
    await waitUntil('', () => config.status.snapshotNumber >= snapshotNumber, timeoutMs);
  } catch {
    const { lastError, snapshotNumber: current } = config.status;
    const reason = lastError?.errors.map(describeIssue).join('; ') ?? 'no change was noticed';
    throw new Error(`snapshot ${snapshotNumber} was not active after ${timeoutMs} ms, but ${current}: ${reason}`);
  }
  await config.ensureNumbered();
};
