import { Database } from '../../database/database.js';
import { EmbeddedServerError, startEmbeddedServer } from '../../database/embedded-server.js';
import { DatabaseUrlError, maskDatabaseUrl } from '../../database/url.js';
import type { CoreServices } from './bootstrap.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../process/environment.js';
import { poolSettings } from '../live-settings/connections.js';

/** The configured database, whether or not it is reachable. */
export interface DatabaseHandle {
  readonly db: Database;
  /** Its location without the password, or the directory of the embedded server. */
  readonly description: string;
  readonly isEmbedded: boolean;
  /** Closes the pool and stops the embedded server. */
  close(): Promise<void>;
}

const embeddedSource = async (
  { dataDir, log, nodeEnv }: CoreServices,
  environment: ProcessEnvironment,
): Promise<{ url: string; description: string; stop(): Promise<void> }> => {
  if (nodeEnv === 'production') {
    throw new CommandError(
      'database.url (DATABASE_URL) must be set when NODE_ENV is production',
      exitCodes.badConfiguration,
    );
  }
  try {
    const server = await startEmbeddedServer({ dataDir, log, env: environment.env });
    return {
      url: server.url,
      description: `embedded PostgreSQL ${server.version} in ${server.dataDir}`,
      stop: () => server.stop(),
    };
  } catch (error) {
    if (error instanceof EmbeddedServerError) throw new CommandError(error.message);
    throw error;
  }
};

/**
 * Opens the pool for `database.url`, or starts the embedded server if it is not set. Does not wait for a remote server.
 * @throws {CommandError} for a malformed URL, or if the embedded server does not start
 */
export const openDatabase = async (core: CoreServices, environment: ProcessEnvironment): Promise<DatabaseHandle> => {
  const { config, log, metrics, tracing } = core;
  const { url } = config.current.database;
  const embedded = url === null ? await embeddedSource(core, environment) : undefined;
  const address = url ?? `${embedded?.url ?? ''}?sslmode=disable`;
  const env = embedded === undefined ? environment.env : {};
  try {
    const db = new Database({ url: address, env, ...poolSettings(config.current), log, metrics, tracing });
    return {
      db,
      description: embedded?.description ?? maskDatabaseUrl(address, env),
      isEmbedded: embedded !== undefined,
      async close() {
        await db.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    if (error instanceof DatabaseUrlError) throw new CommandError(error.message, exitCodes.badConfiguration);
    throw error;
  }
};
