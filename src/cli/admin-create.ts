import { Username } from '../contract/user.js';
import { AppError } from '../errors/app-error.js';
import { createAdministrator } from '../server/startup/administrator.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../server/process/environment.js';
import { openServices } from '../server/startup/open-services.js';
import { cliDetails } from './actor.js';
import { writeData, type OutputOptions } from './output.js';
import { readNewPassword } from './read-password.js';
import { withDatabase } from './with-database.js';

/**
 * `rollcall admin create <username>`: creates an administrator.
 * @throws {CommandError} for an invalid username or password, or a username that is taken
 */
export const adminCreate = async (
  environment: ProcessEnvironment,
  username: string,
  { json }: OutputOptions,
): Promise<number> => {
  const password = await readNewPassword(environment);
  return withDatabase(
    environment,
    async (core, { db }) => {
      const services = await openServices({ ...core, db });
      const name = Username.safeParse(username);
      const messages = [
        ...(name.success ? [] : name.error.issues.map(({ message }) => `The username ${message}.`)),
        ...services.passwordPolicy
          .check(password, { username }, core.config.current)
          .map(({ message }) => `The password ${message}.`),
      ];
      if (messages.length > 0) {
        throw new CommandError(messages.join(' '), undefined, { code: 'validation_failed', details: messages });
      }
      try {
        const user = await createAdministrator(services, { username, password }, cliDetails(environment));
        if (json === true) writeData(environment, user.toAdmin(core.clock.now()));
        else environment.stdout.write(`administrator "${user.username}" created (${user.id})\n`);
        return exitCodes.ok;
      } catch (error) {
        if (error instanceof AppError && error.code === 'username_taken') {
          throw new CommandError(`the username "${username}" is taken`, undefined, { code: error.code });
        }
        throw error;
      }
    },
    { secrets: true },
  );
};
