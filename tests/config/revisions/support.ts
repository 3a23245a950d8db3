import { join } from 'node:path';
import { beforeEach, onTestFinished } from 'vitest';
import { InstanceRegistry } from '../../../src/instances/instance-registry.js';
import { Config } from '../../../src/config/config.js';
import type { RevisionStore } from '../../../src/config/revisions/revision-repository.js';
import type { ConfigOptions, Requester } from '../../../src/config/types.js';
import type { Database } from '../../../src/database/database.js';
import { configRevisionStore } from '../../../src/models/config/config-revision-store.js';
import { makeDirectory, makeLog } from '../support.js';
import { openDatabase, silentLog, useDatabase, type TestDatabase } from '../../support/postgres.js';

/** The requester of changes. */
export const requester: Requester = {
  actorId: '01a1fd4f-a792-70ea-9070-cf815835e40c',
  requestMetadata: { ipAddress: '192.0.2.1', userAgent: null, requestId: 'asked' },
};

/** `rateLimit.login.points` as YAML. */
export const login = (points: number): string => `rateLimit: {login: {points: ${points}}}\n`;

/** Deletes all revisions and overrides. */
export const truncateRevisions =
  'TRUNCATE config_revisions, config_overrides, config_pending_change, config_scheduled_changes, config_override_state';

/** A database for the tests of a file; there are no revisions at the start of each test. */
export const useEmptyRevisions = (receive: (database: TestDatabase) => void): void => {
  let db: Database;
  useDatabase((database, opened) => {
    db = opened;
    receive(database);
  });
  beforeEach(async () => {
    await db.knex.raw(truncateRevisions);
  });
};

/** A database that is closed after the test. */
export const open = (url: string): Database => {
  const db = openDatabase(url);
  onTestFinished(() => db.close());
  return db;
};

/** The revision store of a database. */
export const storeOver = (db: Database): RevisionStore =>
  configRevisionStore({ db, instances: new InstanceRegistry({ db, log: silentLog() }), hostname: 'here' });

/** An instance with a directory per call, closed after the test. All instances have the same secrets. */
export const openInstance = (files: Readonly<Record<string, string>>, options: Partial<ConfigOptions> = {}) => {
  const place = makeDirectory(files);
  const { log, lines } = makeLog();
  const env = { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'a'.repeat(64), ROLLCALL_PASSWORD_PEPPER: 'b'.repeat(64) };
  const dataDir = join(place.folder, 'data');
  // A long time limit: a slow machine must not change the result, unless a test is about the limit.
  const times = { numberingMs: 10_000, quietMs: 1 };
  const config = Config.open({ directory: place.directory, nodeEnv: 'test', env, log, dataDir, times, ...options });
  onTestFinished(() => config.close());
  const setPoints = (points: number): void => {
    place.write('local.yaml', login(points));
  };
  return { ...place, config, lines, setPoints, points: () => config.current.rateLimit.login.points };
};
