import type * as embeddedPostgresServer from 'embedded-postgres-server';
import type { EmbeddedServer, EmbeddedServerOptions } from 'embedded-postgres-server';

/** The embedded PostgreSQL is not installed or does not start. The message is for the operator. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError';
}

/** Roles, databases and folders of the embedded server have this name. */
const name = 'rollcall';

/** Loads the package, which production installations do not contain; null when it is missing. */
const load = async (): Promise<typeof embeddedPostgresServer | null> => {
  try {
    return await import('embedded-postgres-server');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
};

/**
 * Starts the embedded PostgreSQL, or connects to the one that another process runs on the folder. For development only.
 * @throws {EmbeddedServerError} when it is not installed or does not start
 */
export const startEmbeddedServer = async (
  options: Pick<EmbeddedServerOptions, 'dataDir' | 'log' | 'env'>,
): Promise<EmbeddedServer> => {
  const embedded = await load();
  if (embedded === null) {
    throw new EmbeddedServerError(
      'database.url (DATABASE_URL) must be set: this installation does not include the embedded PostgreSQL',
    );
  }
  try {
    return await embedded.startEmbeddedServer({ ...options, name });
  } catch (error) {
    if (!(error instanceof embedded.EmbeddedPostgresError)) throw error;
    // A message of several lines ends with the log of the server.
    const hint = error.message.includes('\n') ? '' : ' To use another server, set DATABASE_URL.';
    throw new EmbeddedServerError(`${error.message}${hint}`, { cause: error });
  }
};

/**
 * Finds the embedded PostgreSQL of a running service, without starting it.
 * @returns the URL with the password; null when it is not running
 */
export const findRunningServer = async (dataDir: string): Promise<string | null> =>
  (await (await load())?.findRunningServer({ dataDir, name })) ?? null;
