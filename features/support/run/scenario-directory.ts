import { lstatSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { olderPath } from '../guards/files/file-state.js';

/**
 * Removes the directory of a scenario, unless a step has moved files into it that existed before.
 * @throws with the first of these files
 */
export const removeScenarioDirectory = async (directory: string): Promise<void> => {
  const created = lstatSync(directory, { throwIfNoEntry: false });
  const older = created && olderPath(directory, created.birthtimeMs);
  if (older !== undefined) throw new Error(`${directory} was kept: ${older} existed before the scenario`);
  await rm(directory, { recursive: true, force: true });
};
