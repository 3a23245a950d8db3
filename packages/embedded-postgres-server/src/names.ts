import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** The default `name` option. */
export const defaultName = 'postgres';

/** @throws {EmbeddedPostgresError} unless the text is a name for databases, roles and folders */
export const validateName = (name: string, what: string): void => {
  if (/^[A-Za-z_][\w-]{0,62}$/u.test(name)) return;
  throw new EmbeddedPostgresError(`"${name}" is not a valid ${what}; use letters, digits, _ and -.`);
};
