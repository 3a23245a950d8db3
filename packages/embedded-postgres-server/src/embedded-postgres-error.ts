/** PostgreSQL cannot be started or used. The message is written for the user and says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
