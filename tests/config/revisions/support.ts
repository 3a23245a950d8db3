import { join } from 'node:path';
import { beforeEach, onTestFinished } from 'vitest';
import { InstanceRegistry } from '../../../src/instances/instance-registry.js';
import { Config } from '../../../src/config/config.js';
import type { RevisionStore } from '../../../src/config/revisions/revision-store.js';
import type { ConfigOptions, Requester } from '../../../src/config/types.js';
import type { Database } from '../../../src/database/database.js';
import { configRevisionStore } from '../../../src/models/config-revision-store.js';
import { makeDirectory, makeLog } from '../support.js';
import { openDatabase, silentLog, useDatabase, type TestDatabase } from '../../support/postgres.js';

/** Somebody who asks for changes. */
export const requester: Requester = {
  actorId: '01a1fd4f-a792-70ea-9070-cf815835e40c',
  requestMetadata: { ipAddress: '192.0.2.1', userAgent: null, requestId: 'asked' },
};

/** `rateLimit.login.points` as a file states it. */
export const login = (points: number): string => `rateLimit: {login: {points: ${points}}}\n`;

/** A database for a file of tests, without a revision at the beginning of each. */
export const useEmptyRevisions = (receive: (made: TestDatabase) => void): void => {
  let db: Database;
  useDatabase((made, opened) => {
    db = opened;
    receive(made);
  });
  beforeEach(async () => {
    await db.knex.raw('TRUNCATE config_revisions, config_rollback');
  });
};

/** A database that is closed after the test. */
export const open = (url: string): Database => {
  const db = openDatabase(url);
  onTestFinished(() => db.close());
  return db;
};

/** The store over a database. */
export const storeOver = (db: Database): RevisionStore =>
  configRevisionStore({ db, instances: new InstanceRegistry({ db, log: silentLog() }), hostname: 'here' });

/** An instance with files of its own, closed after the test; all of them have the same keys. */
export const openInstance = (files: Readonly<Record<string, string>>, options: Partial<ConfigOptions> = {}) => {
  const place = makeDirectory(files);
  const { log, lines } = makeLog();
  const env = { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'a'.repeat(64), ROLLCALL_PASSWORD_PEPPER: 'b'.repeat(64) };
  const dataDir = join(place.folder, 'data');
  // Numbers come in time however busy the machine is, unless a test is about just that.
  const times = { numberingMs: 10_000, quietMs: 1 };
  const config = Config.open({ directory: place.directory, nodeEnv: 'test', env, log, dataDir, times, ...options });
  onTestFinished(() => config.close());
  const setPoints = (points: number): void => {
    place.write('local.yaml', login(points));
  };
  return { ...place, config, lines, setPoints, points: () => config.current.rateLimit.login.points };
};
