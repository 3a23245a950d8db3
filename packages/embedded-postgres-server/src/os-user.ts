import { chown, readFile } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** A user of the operating system. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Preferred users, in this order, when this process runs as root. */
const preferredUsers = ['postgres', '_postgres', 'nobody'];

/** Parses passwd(5), without root. */
const parsePasswd = (text: string): OsUser[] =>
  text
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(
      ({ name, uid, gid }) => name !== '' && Number.isInteger(uid) && uid > 0 && Number.isInteger(gid) && gid >= 0,
    );

/**
 * Chooses the user that PostgreSQL runs as, since PostgreSQL does not run as root.
 * @param owner the owner of an existing data directory, which PostgreSQL requires
 * @returns null unless this process runs as root: PostgreSQL then runs as the same user
 * @throws {EmbeddedPostgresError} when /etc/passwd contains no other user
 */
export const chooseOsUser = async (owner?: { uid: number; gid: number } | null): Promise<OsUser | null> => {
  if (process.getuid?.() !== 0) return null;
  const users = parsePasswd(await readFile('/etc/passwd', 'utf8').catch(() => ''));
  if (owner && owner.uid !== 0) {
    const name = users.find(({ uid }) => uid === owner.uid)?.name ?? `user ${owner.uid}`;
    return { name, uid: owner.uid, gid: owner.gid };
  }
  const preferred = preferredUsers.map((wanted) => users.find(({ name }) => name === wanted));
  const chosen = preferred.find((user) => user !== undefined) ?? users[0];
  if (chosen) return chosen;
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and /etc/passwd contains no other suitable user; add one, or use another server.',
  );
};

/** Makes the user the owner of a file or folder; null changes nothing. */
export const chownTo = async (user: OsUser | null, path: string): Promise<void> => {
  if (user) await chown(path, user.uid, user.gid);
};
