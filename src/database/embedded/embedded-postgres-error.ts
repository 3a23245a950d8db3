/** The embedded PostgreSQL cannot do what was asked; the message is one sentence for a person, with what to do about it. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
