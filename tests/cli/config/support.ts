import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { Config } from '../../../src/config/config.js';
import { requester, storeOver, truncateRevisions } from '../../config/revisions/support.js';
import { createMigratedDatabase, openDatabase, silentLog, type TestDatabase } from '../../support/postgres.js';
import { Workplace } from '../support.js';

/** Secrets that the commands require. */
export const secrets = { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'a'.repeat(64), ROLLCALL_PASSWORD_PEPPER: 'b'.repeat(64) };

/** Records a configuration like a service that starts and then reads each of the texts. After two texts it rolls back. */
export const recordRevisions = async (
  databaseUrl: string,
  place: Workplace,
  ...texts: readonly string[]
): Promise<void> => {
  const db = openDatabase(databaseUrl);
  await db.knex.raw(truncateRevisions);
  const env = { NODE_ENV: 'test', DATABASE_URL: databaseUrl, ...secrets };
  const dataDir = join(place.directory, '.data');
  const directory = join(place.directory, 'config');
  const config = Config.open({
    directory,
    nodeEnv: 'test',
    env,
    log: silentLog(),
    dataDir,
    times: { numberingMs: 5000 },
  });
  config.useRevisionStore(storeOver(db));
  await config.ensureNumbered();
  for (const text of texts) {
    place.write('config/local.yaml', text);
    await config.reload('signal');
  }
  if (texts.length > 1) await config.overrides.rollBack(1, 'limit too low', { requester });
  await config.close();
  await db.close();
};

/** The URL of a database that is not reachable. */
export const nowhere = 'postgres://nobody@127.0.0.1:1/none';

/** A database and working directories for the tests of a file. */
export interface Workplaces {
  readonly databaseUrl: string;
  /** Creates a working directory, by default with a database that is not reachable. It is removed after the test. */
  workplace(databaseUrl?: string, env?: Readonly<Record<string, string>>): Workplace;
  /** Records a configuration in the database, see `recordRevisions`. */
  register(place: Workplace, ...texts: readonly string[]): Promise<void>;
}

/** Creates a migrated database for the tests of a file. */
export const useWorkplaces = (): Workplaces => {
  let database: TestDatabase;
  const places: Workplace[] = [];
  beforeAll(async () => {
    database = await createMigratedDatabase();
  });
  afterEach(() => {
    for (const place of places.splice(0)) place.remove();
  });
  afterAll(() => database.drop());
  return {
    get databaseUrl() {
      return database.url;
    },
    workplace(databaseUrl = nowhere, env = {}) {
      const place = new Workplace(databaseUrl, { ...secrets, ...env });
      places.push(place);
      return place;
    },
    register: (place, ...texts) => recordRevisions(database.url, place, ...texts),
  };
};

/** Writes a configuration directory with a `local.yaml`, and returns its name. */
export const directoryWith = (place: Workplace, name: string, local: string): string => {
  mkdirSync(join(place.directory, name));
  place.write(`${name}/default.yaml`, '{}\n');
  place.write(`${name}/local.yaml`, local);
  return name;
};
