import { Username } from '../contract/user.js';
import { AppError } from '../errors/app-error.js';
import { makeAdministrator } from '../server/administrator.js';
import { exitCodes, StartError, type Host } from '../server/host.js';
import { openServices } from '../server/open-services.js';
import { cliDetails } from './actor.js';
import { writeData, type OutputOptions } from './output.js';
import { readNewPassword } from './read-password.js';
import { withDatabase } from './with-database.js';

/**
 * `rollcall admin create <username>`: creates an administrator.
 * @throws {StartError} for an invalid username or password, or a username that is taken
 */
export const adminCreate = async (host: Host, username: string, { json }: OutputOptions): Promise<number> => {
  const password = await readNewPassword(host);
  return withDatabase(
    host,
    async (foundation, { db }) => {
      const services = await openServices({ ...foundation, db });
      const name = Username.safeParse(username);
      const faults = [
        ...(name.success ? [] : name.error.issues.map(({ message }) => `The username ${message}.`)),
        ...services.passwordPolicy
          .check(password, { username }, foundation.config.current)
          .map(({ message }) => message),
      ];
      if (faults.length > 0) {
        throw new StartError(faults.join(' '), undefined, { code: 'validation_failed', details: faults });
      }
      try {
        const user = await makeAdministrator(services, { username, password }, cliDetails(host));
        if (json === true) writeData(host, user.toAdmin(foundation.clock.now()));
        else host.stdout.write(`administrator "${user.username}" created (${user.id})\n`);
        return exitCodes.ok;
      } catch (error) {
        if (error instanceof AppError && error.code === 'username_taken') {
          throw new StartError(`the username "${username}" is taken`, undefined, { code: error.code });
        }
        throw error;
      }
    },
    { secrets: true },
  );
};
