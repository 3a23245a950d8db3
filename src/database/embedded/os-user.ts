import { chown, readFile } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { run } from './run.js';

/** A user of the machine that PostgreSQL runs as. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Users taken first, in this order, when the service itself runs as root. */
const preferredUsers = ['postgres', '_postgres', 'nobody'];

/** Reads the users of passwd(5) that are not root. */
const parsePasswd = (text: string): OsUser[] =>
  text
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(
      ({ name, uid, gid }) => name !== '' && Number.isInteger(uid) && uid > 0 && Number.isInteger(gid) && gid >= 0,
    );

/**
 * Decides whom PostgreSQL runs as, since it refuses to run as root.
 * @param owner the user who already owns the data, if there is any; PostgreSQL insists on it
 * @returns null when the service is not root: PostgreSQL then runs as the own user
 * @throws {EmbeddedPostgresError} when root finds no other user in /etc/passwd
 */
export const chooseOsUser = async (owner?: { uid: number; gid: number } | null): Promise<OsUser | null> => {
  if (process.getuid?.() !== 0) return null;
  const accounts = parsePasswd(await readFile('/etc/passwd', 'utf8').catch(() => ''));
  if (owner && owner.uid !== 0) {
    return {
      name: `user ${owner.uid}`,
      ...accounts.find(({ uid }) => uid === owner.uid),
      uid: owner.uid,
      gid: owner.gid,
    };
  }
  const preferred = preferredUsers.map((wanted) => accounts.find(({ name }) => name === wanted));
  const chosen = preferred.find((user) => user !== undefined) ?? accounts[0];
  if (chosen) return chosen;
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and /etc/passwd contains no other suitable user; add one, or set DATABASE_URL to another server.',
  );
};

/** Gives a file or folder to the user; nothing to do for the own user. */
export const chownTo = async (user: OsUser | null, path: string): Promise<void> => {
  if (user) await chown(path, user.uid, user.gid);
};

/** Whether the user can enter a folder: asked of the system itself, since access lists and mounts have a say too. */
export const canEnter = async (user: OsUser | null, folder: string): Promise<boolean> =>
  (await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { user })).code === 0;
