import { hasAdmin } from '../models/administrator.js';
import type { Services } from '../services.js';
import { bootstrapAdministrator, randomAdministrator, type AdministratorLogin } from './administrator.js';
import type { Host } from './host.js';

/** What decides who becomes the first administrator. */
export interface FirstAdministratorOptions {
  readonly host: Host;
  /** What the environment gives. */
  readonly login: AdministratorLogin | undefined;
  /** Whether a random one is created where the environment gives none. */
  readonly isEmbedded: boolean;
  readonly isProduction: boolean;
}

/** Creates the first administrator of a database that has none, and logs the outcome. */
export const ensureFirstAdministrator = async (
  services: Services,
  { host, login, isEmbedded, isProduction }: FirstAdministratorOptions,
): Promise<void> => {
  const first = login ?? (isEmbedded ? randomAdministrator() : undefined);
  if (first !== undefined && (await bootstrapAdministrator(services, first)) && login === undefined) {
    const { username, password } = first;
    host.stderr.write(`First administrator: ${username} with password ${password} (shown this once)\n`);
  }
  // With a login in the environment, bootstrapAdministrator has already logged why no administrator exists.
  if (isProduction && first === undefined && !(await services.db.read((reader) => hasAdmin(reader)))) {
    services.log.warn(
      { event: 'administrator.missing' },
      'no administrator exists: run `rollcall admin create <username>`',
    );
  }
};
