import { hasAdmin } from '../../models/administrator.js';
import type { Services } from '../../services.js';
import { createFirstAdministrator, randomCredentials, type AdministratorCredentials } from './administrator.js';
import type { ProcessEnvironment } from '../process/environment.js';

/** What decides who becomes the first administrator. */
export interface FirstAdministratorOptions {
  readonly environment: ProcessEnvironment;
  /** What the environment gives. */
  readonly credentials: AdministratorCredentials | undefined;
  /** Whether a random one is created where the environment gives none. */
  readonly isEmbedded: boolean;
  readonly isProduction: boolean;
}

/** Creates the first administrator of a database that has none, and logs the outcome. */
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
