import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTemporaryServer } from 'embedded-postgres-server';
import { migrateUp } from '../../src/database/migrations.js';
import { createLogger } from '../../src/observability/logger.js';
import { openDatabase, silentLog } from './open-database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the temporary PostgreSQL server of this run, as a superuser. */
    postgresUrl: string;
    /** Template database with all migrations. It has no connections, so that databases can be created from it. */
    migratedTemplate: string;
    /** Arguments for `node` that run `rollcall`: the build if it is up to date, since it starts faster, or the source. */
    serviceArguments: string[];
  }
}

const template = 'migrated_template';

const createTemplate = async (serverUrl: string): Promise<void> => {
  const administrator = openDatabase(serverUrl, { statementTimeoutMs: 30_000 });
  const url = new URL(serverUrl);
  url.pathname = `/${template}`;
  const migrated = openDatabase(url.href, { statementTimeoutMs: 30_000 });
  try {
    await administrator.knex.raw(`CREATE DATABASE ${template}`);
    await migrateUp(migrated.knex, silentLog());
  } finally {
    await migrated.close();
    await administrator.close();
  }
};

const serviceArguments = (): string[] => {
  const project = resolve(import.meta.dirname, '../..');
  const loader = ['--import', resolve(project, 'node_modules/tsx/dist/loader.mjs')];
  const check = [...loader, resolve(project, 'scripts/build.ts'), '--check'];
  const { status } = spawnSync(process.execPath, check, { cwd: project, stdio: 'inherit' });
  return status === 0 ? [resolve(project, 'dist/src/main.js')] : [...loader, resolve(project, 'src/main.ts')];
};

/** Starts a temporary PostgreSQL server for the run. Each test file creates its databases in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTemporaryServer({ log: createLogger('warn'), env: process.env });
  await createTemplate(server.url);
  project.provide('postgresUrl', server.url);
  project.provide('migratedTemplate', template);
  project.provide('serviceArguments', serviceArguments());
  return () => server.stop();
}
