import { readFile, stat } from 'node:fs/promises';
import { DatabaseUrlError } from './connection-string.js';

/** The connection that needs a password. */
export interface PasswordOwner {
  /** `localhost` for a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Splits a line at unescaped colons and removes the escapes. */
const fieldsOf = (line: string): string[] =>
  (line.match(/(?:\\.|[^:\\])*(?::|$)/gsu) ?? []).map((field) => field.replace(/:$/, '').replace(/\\(.)/gsu, '$1'));

const matches = (fields: readonly string[], { host, port, database, user }: PasswordOwner): boolean =>
  [host, String(port), database, user].every((wanted, at) => fields[at] === '*' || fields[at] === wanted);

/**
 * Looks up a password in a password file (PostgreSQL manual, 34.16); the first matching line wins. Returns undefined if the
 * file is missing.
 * @throws {DatabaseUrlError} if other users can read the file; libpq ignores such a file with a warning
 */
export const passwordFromFile = async (path: string, owner: PasswordOwner): Promise<string | undefined> => {
  const facts = await stat(path).catch(() => null);
  if (facts?.isFile() !== true) return undefined;
  if ((facts.mode & 0o077) !== 0) {
    throw new DatabaseUrlError(`The password file ${path} is readable by other users; run chmod 0600 ${path}`);
  }
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/u).filter((line) => line !== '' && !line.startsWith('#'));
  const fields = lines.map(fieldsOf).find((found) => matches(found, owner));
  return fields?.[4] === '' ? undefined : fields?.[4];
};
