import { AdminUserBody } from '../../contract/admin-user.js';
import { checkValue } from '../../contract/issues.js';
import { AppError } from '../../errors/app-error.js';
import { createAccount } from '../../models/accounts/create-account.js';
import { replaceRoles } from '../../models/roles/user-roles.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { cliActor } from '../actor.js';
import { writeData, type OutputOptions } from '../output.js';
import { withDatabase } from '../with-database.js';
import { changeAccount } from './change-account.js';

/** Options of `rollcall users create`. */
export interface CreateUserOptions extends OutputOptions {
  readonly email?: string;
  readonly role?: readonly string[];
}

const toCommandError = (error: unknown): unknown =>
  error instanceof AppError ? new CommandError(error.detail, undefined, { code: error.code }) : error;

/**
 * `rollcall users create <username>`: creates an account without a password, and prints a one-time code with which the user
 * sets one.
 * @throws {CommandError} for invalid values, an unknown role, or a username that is taken
 */
export const createUser = (
  environment: ProcessEnvironment,
  username: string,
  { json, email, role = ['user'] }: CreateUserOptions,
): Promise<number> => {
  const checked = checkValue(AdminUserBody, { username, roles: role, ...(email !== undefined && { email }) });
  if (!checked.success) {
    const messages = checked.errors.map(({ path, message }) => `${path.slice(1)} ${message}`);
    throw new CommandError(messages.join('; '), undefined, { code: 'usage' });
  }
  const { data } = checked;
  return withDatabase(environment, async ({ clock, config }, { db }) => {
    const now = clock.now();
    const { ttl } = config.current.auth.passwordReset;
    const profile = { email: data.email ?? null, description: null, currentGoal: null };
    try {
      const { user, issued } = await db.transaction((trx) =>
        createAccount(trx, cliActor(environment), { ...profile, username: data.username, roles: role, now, ttl }),
      );
      const expires = issued.expiresAt.toISOString();
      if (json === true) {
        writeData(environment, { user: user.toAdmin(now), token: issued.token, expires_at: expires });
      } else environment.stdout.write(`${user.username} created\ncode: ${issued.token}\nexpires: ${expires}\n`);
      return exitCodes.ok;
    } catch (error) {
      throw toCommandError(error);
    }
  });
};

/**
 * `rollcall users roles <user> <role...>`: replaces the roles of an account.
 * @throws {CommandError} for an unknown account or role, or the last administrator
 */
export const setUserRoles = (
  environment: ProcessEnvironment,
  name: string,
  roles: readonly string[],
  { json }: OutputOptions,
): Promise<number> =>
  changeAccount(environment, name, { verb: 'change the roles of', json }, async ({ trx, actor, user, now }) => {
    try {
      await replaceRoles(trx, actor, user.id, { roles, now });
    } catch (error) {
      if (error instanceof AppError && error.code === 'validation_failed') throw toCommandError(error);
      throw error;
    }
    return { text: `${user.username} has the roles ${[...roles].sort().join(', ')}\n` };
  });
