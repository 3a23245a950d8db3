import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { beforeAll } from 'vitest';
import type { DatabaseParameters } from '../../features/support/run/parameters.js';
import { startServer } from '../../scripts/features/database.js';

/** The directory of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Starts a server for the tests of a file. They may not share one with other files: what those create outside of the schemas, such
 * as roles, would count as left behind.
 * @returns the parameters of a new run on it
 */
export const useFeatureServer = (): ((options?: Partial<DatabaseParameters>) => DatabaseParameters) => {
  let url = '';
  beforeAll(async () => {
    const server = await startServer(root, process.env);
    url = server.url;
    return () => server.stop();
  });
  return (options) => ({
    url,
    run: { key: randomBytes(8).toString('hex'), coordinator: process.pid },
    mode: 'lease',
    keepFailed: false,
    ...options,
  });
};
