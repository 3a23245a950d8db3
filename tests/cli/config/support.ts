import { join } from 'node:path';
import { Config } from '../../../src/config/config.js';
import { requester, storeOver } from '../../config/revisions/support.js';
import { openDatabase, silentLog } from '../../support/postgres.js';
import type { Workplace } from '../support.js';

/** Secrets that the commands require. */
export const secrets = { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'a'.repeat(64), ROLLCALL_PASSWORD_PEPPER: 'b'.repeat(64) };

/** Records a configuration like a service that starts and then reads each of the texts. After two texts it rolls back. */
export const recordRevisions = async (
  databaseUrl: string,
  place: Workplace,
  ...texts: readonly string[]
): Promise<void> => {
  const db = openDatabase(databaseUrl);
  await db.knex.raw('TRUNCATE config_revisions, config_rollback');
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
  if (texts.length > 1) await config.rollBack(1, '01a1fd4f-a792-70ea-9070-000000000001', { requester });
  await config.close();
  await db.close();
};
