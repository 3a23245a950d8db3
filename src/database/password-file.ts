import { readFile, stat } from 'node:fs/promises';
import { DatabaseUrlError } from './connection-string.js';

/** Whose password is looked for. */
export interface PasswordOwner {
  /** `localhost` for a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Splits a line at its unescaped colons, and takes the escapes away. */
const fieldsOf = (line: string): string[] =>
  (line.match(/(?:\\.|[^:\\])*(?::|$)/gsu) ?? []).map((field) => field.replace(/:$/, '').replace(/\\(.)/gsu, '$1'));

const matches = (fields: readonly string[], { host, port, database, user }: PasswordOwner): boolean =>
  [host, String(port), database, user].every((wanted, at) => fields[at] === '*' || fields[at] === wanted);

/**
 * Looks a password up in a password file (PostgreSQL manual, 34.16): the first line that matches counts. A file that is
 * missing has none.
 * @throws {DatabaseUrlError} when others than its owner may read the file, which libpq ignores with a warning
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
