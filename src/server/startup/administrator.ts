import { randomBytes } from 'node:crypto';
import { AppError } from '../../errors/app-error.js';
import { systemActor } from '../../models/actor.js';
import { hasAdmin, lockAdminRole } from '../../models/administrator.js';
import { registerAdministrator } from '../../models/create-account.js';
import type { User } from '../../models/user.js';
import type { Services } from '../../services.js';

/** Name and password of an administrator to be made. */
export interface AdministratorCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Creates an account with the roles `user` and `admin`.
 * @param details of the audit event: who ran the command
 * @throws {AppError} username_taken
 */
export const createAdministrator = async (
  { config, db, passwords }: Services,
  { username, password }: AdministratorCredentials,
  details: Readonly<Record<string, unknown>> = {},
): Promise<User> => {
  const passwordHash = await passwords.hash(password, config.current);
  return db.transaction((trx) => registerAdministrator(trx, { ...systemActor, details }, { username, passwordHash }));
};

/**
 * Creates the first administrator of a database that has none, and logs the outcome. Instances that start together create
 * one between them, also when they are given different names.
 * @param login checked against the contract and the password policy
 * @returns whether this call created it
 */
export const createFirstAdministrator = async (
  { config, db, passwords, log }: Services,
  { username, password }: AdministratorCredentials,
): Promise<boolean> => {
  if (await db.read((reader) => hasAdmin(reader))) return false;
  const passwordHash = await passwords.hash(password, config.current);
  try {
    const isCreated = await db.transaction(async (trx) => {
      await lockAdminRole(trx);
      if (await hasAdmin(trx)) return false;
      await registerAdministrator(trx, systemActor, { username, passwordHash });
      return true;
    });
    if (isCreated) log.info({ event: 'administrator.created', username }, `administrator "${username}" created`);
    return isCreated;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'username_taken') throw error;
    log.warn(
      { event: 'administrator.name_taken', username },
      `no administrator was created: another account has the username ${username}; choose another name for the first administrator, or run \`rollcall admin create <username>\``,
    );
    return false;
  }
};

/** A login for a development database: nobody knows it but who sees the start. */
export const randomCredentials = (): AdministratorCredentials => ({
  username: 'admin',
  password: randomBytes(18).toString('base64url'),
});
