import { chown, readFile } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { run } from './run.js';

/** A user of the machine that PostgreSQL runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Users taken first, in this order, when the service itself runs as root. */
const preferredNames = ['postgres', '_postgres', 'nobody'];

/** Reads the users of passwd(5) that are not root. */
const parsePasswd = (text: string): Account[] =>
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
export const chooseAccount = async (owner?: { uid: number; gid: number } | null): Promise<Account | null> => {
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
  const preferred = preferredNames.map((wanted) => accounts.find(({ name }) => name === wanted));
  const chosen = preferred.find((account) => account !== undefined) ?? accounts[0];
  if (chosen) return chosen;
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and /etc/passwd contains no other suitable user; add one, or set DATABASE_URL to another server.',
  );
};

/** Gives a file or folder to the account; nothing to do for the own user. */
export const giveTo = async (account: Account | null, path: string): Promise<void> => {
  if (account) await chown(path, account.uid, account.gid);
};

/** Whether the account can enter a folder: asked of the system itself, since access lists and mounts have a say too. */
export const canEnter = async (account: Account | null, folder: string): Promise<boolean> =>
  (await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { account })).code === 0;
