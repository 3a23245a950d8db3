import { createLogger } from '../observability/logger.js';
import { openDatabase, waitForDatabase, type DatabaseSource } from '../server/database-source.js';
import { layFoundation, type Foundation } from '../server/foundation.js';
import { StartError, type Host } from '../server/host.js';

/** How long a command waits for an absent server, in milliseconds. */
const patienceMs = 10_000;

/**
 * Runs a command on the database of the configuration, and closes it again.
 * @throws {StartError} when the configuration is bad or no server answers
 */
export const withDatabase = async <T>(
  host: Host,
  work: (foundation: Foundation, source: DatabaseSource) => Promise<T>,
): Promise<T> => {
  const foundation = layFoundation(host, createLogger('warn', { write: (line) => host.stderr.write(line) }));
  const source = await openDatabase(foundation, host);
  try {
    const onAbsent = (): Promise<void> => {
      host.stderr.write(`waiting for the database: ${source.description}\n`);
      return Promise.resolve();
    };
    if (!(await waitForDatabase(source, { onAbsent, signal: AbortSignal.timeout(patienceMs) }))) {
      throw new StartError(`the database does not answer: ${source.description}`);
    }
    return await work(foundation, source);
  } finally {
    await source.close();
    await foundation.config.close();
  }
};
