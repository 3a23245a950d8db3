import { randomBytes } from 'node:crypto';
import { AppError } from '../../errors/app-error.js';
import { systemActor } from '../../models/actor.js';
import { hasAdmin, lockAdminRole } from '../../models/roles/administrator.js';
import { registerAdministrator } from '../../models/accounts/create-account.js';
import type { User } from '../../models/accounts/user.js';
import type { Services } from '../../services.js';
import type { ProcessEnvironment } from '../process/environment.js';

/** Username and password of a new administrator. */
export interface AdministratorCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Creates an account with the roles `user` and `admin`.
 * @param details for the audit event: who ran the command
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
 * Creates an administrator if the database has none, and logs the result. Concurrent instances create only one, even with
 * different usernames.
 * @param login validated against the contract and the password policy
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

/** Random credentials for a development database. They are printed once at the start. */
export const randomCredentials = (): AdministratorCredentials => ({
  username: 'admin',
  password: randomBytes(18).toString('base64url'),
});

/** Options for `ensureFirstAdministrator`. */
export interface FirstAdministratorOptions {
  readonly environment: ProcessEnvironment;
  /** From the environment. */
  readonly credentials: AdministratorCredentials | undefined;
  /** Whether to create random credentials if the environment has none. */
  readonly isEmbedded: boolean;
  readonly isProduction: boolean;
}

/** Creates an administrator if the database has none, and warns if there is still none in production. */
export const ensureFirstAdministrator = async (
  services: Services,
  { environment, credentials, isEmbedded, isProduction }: FirstAdministratorOptions,
): Promise<void> => {
  const first = credentials ?? (isEmbedded ? randomCredentials() : undefined);
  if (first !== undefined && (await createFirstAdministrator(services, first)) && credentials === undefined) {
    const { username, password } = first;
    environment.stderr.write(`First administrator: ${username} with password ${password} (shown this once)\n`);
  }
  // With a login in the environment, bootstrapAdministrator has already logged why no administrator exists.
  if (isProduction && first === undefined && !(await services.db.read((reader) => hasAdmin(reader)))) {
    services.log.warn(
      { event: 'administrator.missing' },
      'no administrator exists: run `rollcall admin create <username>`',
    );
  }
};
