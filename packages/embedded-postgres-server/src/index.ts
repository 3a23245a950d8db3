/** Starts PostgreSQL for development and tests. */
export { EmbeddedPostgresError } from './embedded-postgres-error.js';
export { startEmbeddedServer, type EmbeddedServer, type EmbeddedServerOptions } from './embedded-server.js';
export { findRunningServer } from './find-running.js';
export type { LogFields, Logger } from './logger.js';
export { chooseOsUser, type OsUser } from './os-user.js';
export { startTemporaryServer, type TemporaryServer, type TemporaryServerOptions } from './temporary-server.js';
