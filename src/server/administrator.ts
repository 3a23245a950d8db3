import { randomBytes } from 'node:crypto';
import { AppError } from '../errors/app-error.js';
import { hasAdmin } from '../models/administrator.js';
import { AuditEvent } from '../models/audit-event.js';
import { User } from '../models/user.js';
import type { Services } from '../services.js';

/** Name and password of an administrator to be made. */
export interface AdministratorLogin {
  readonly username: string;
  readonly password: string;
}

/**
 * Makes an account with the roles `user` and `admin`.
 * @throws {AppError} username_taken
 */
export const makeAdministrator = async (
  { config, db, passwords }: Services,
  { username, password }: AdministratorLogin,
): Promise<User> => {
  const passwordHash = await passwords.hash(password, config.current);
  const profile = { email: null, description: null, currentGoal: null };
  return db.transaction(async (trx) => {
    const user = await User.register(trx, { username, passwordHash, ...profile }, ['user', 'admin']);
    const about = { actorId: null, subjectId: user.id };
    await AuditEvent.record(trx, { action: 'admin.bootstrapped', result: 'success', ...about }, null);
    return user;
  });
};

/**
 * Makes the first administrator of a database that has none; of two instances that try at once, one does.
 * @returns whether this call made it
 */
export const bootstrapAdministrator = async (services: Services, login: AdministratorLogin): Promise<boolean> => {
  if (await services.db.read((reader) => hasAdmin(reader))) return false;
  const faults = services.passwordPolicy.check(login.password, { username: login.username }, services.config.current);
  if (faults.length > 0) {
    const reasons = faults.map((fault) => fault.code);
    services.log.warn(
      { reasons },
      'the password of the first administrator breaks the password policy: change it soon',
    );
  }
  try {
    await makeAdministrator(services, login);
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'username_taken') throw error;
    const isMade = await services.db.read((reader) => hasAdmin(reader));
    if (!isMade) {
      services.log.warn({ username: login.username }, 'no first administrator was made: the username is taken');
    }
    return false;
  }
};

/** A login for a development database: nobody knows it but who sees the start. */
export const randomAdministrator = (): AdministratorLogin => ({
  username: 'admin',
  password: randomBytes(18).toString('base64url'),
});
