import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTemporaryServer } from '../../src/database/embedded/temporary-server.js';
import { migrateUp } from '../../src/database/migrations.js';
import { createLogger } from '../../src/observability/logger.js';
import { openDatabase, silentLog } from './open-database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL of the cluster that lives as long as this run. */
    postgresUrl: string;
    /** A database with every migration applied. Nobody connects to it, so that others can be copied from it. */
    migratedTemplate: string;
    /** Arguments of `node` that run `rollcall`: the build where it is up to date, which starts faster, else the source. */
    serviceArguments: string[];
  }
}

const template = 'migrated_template';

const createTemplate = async (clusterUrl: string): Promise<void> => {
  const administrator = openDatabase(clusterUrl, { statementTimeoutMs: 30_000 });
  const url = new URL(clusterUrl);
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

/** One throw-away PostgreSQL for the whole run; every test file makes a database of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startTemporaryServer({ log: createLogger('warn'), env: process.env });
  await createTemplate(cluster.url);
  project.provide('postgresUrl', cluster.url);
  project.provide('migratedTemplate', template);
  project.provide('serviceArguments', serviceArguments());
  return () => cluster.stop();
}
