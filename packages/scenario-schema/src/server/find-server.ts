import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../environment.js';
import { codeOf, messageOf, ScenarioSchemaError } from '../errors.js';

/** Where the schemas are created: a URL, or which PostgreSQL to start. */
export type ServerChoice = 'embedded' | 'system' | { readonly url: string };

/** A server that the kit may use. */
export interface Server {
  readonly url: string;
  /** Whether the kit has started it; the database of any other server must be marked. */
  readonly isOwn: boolean;
  readonly description: string;
  stop(): Promise<void>;
}

/** Tests need no durability. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  checkpoint_timeout: '1h',
  max_connections: '200',
  max_locks_per_transaction: '256',
  autovacuum_naptime: '10s',
  autovacuum_max_workers: '1',
  deadlock_timeout: '100ms',
  jit: 'off',
};

/** The part of `startEmbeddedServer` of the optional package `embedded-postgres-server` that is used here. */
type StartServer = (options: {
  readonly dataDir: string;
  readonly name: string;
  readonly databaseName: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly env: Environment;
  readonly packageRoot?: null;
}) => Promise<{ readonly url: string; readonly version: string; readonly origin: string; stop(): Promise<void> }>;

/** Not a literal, since the package may be missing when this one is compiled. */
const starterPackage = 'embedded-postgres-server';

const loadStarter = async (): Promise<StartServer> => {
  try {
    return ((await import(starterPackage)) as { startEmbeddedServer: StartServer }).startEmbeddedServer;
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND' && codeOf(error) !== 'MODULE_NOT_FOUND') throw error;
    throw new ScenarioSchemaError(
      'There is no PostgreSQL: set DATABASE_URL, or install the package embedded-postgres-server, which starts one.',
      { cause: error },
    );
  }
};

/** The folder of the data: in `node_modules/.cache` of the project. */
const dataDirOf = (cwd: string): string => {
  const modules = join(cwd, 'node_modules');
  return existsSync(modules) ? join(modules, '.cache', 'scenario-schema') : join(cwd, '.cache', 'scenario-schema');
};

const startOwn = async (choice: 'embedded' | 'system' | undefined, env: Environment, cwd: string): Promise<Server> => {
  const start = await loadStarter();
  let server: Awaited<ReturnType<StartServer>>;
  try {
    server = await start({
      dataDir: join(dataDirOf(cwd), choice ?? 'default'),
      name: 'scenario_schema',
      databaseName: 'scenarios',
      settings,
      env: choice === 'embedded' ? { ...env, PATH: '' } : env,
      ...(choice === 'system' && { packageRoot: null }),
    });
  } catch (error) {
    throw new ScenarioSchemaError(`PostgreSQL could not be started: ${messageOf(error)}`, { cause: error });
  }
  const description = `PostgreSQL ${server.version} (${server.origin})`;
  return { url: server.url, isOwn: true, description, stop: () => server.stop() };
};

const given = (url: string): Server => {
  if (!URL.canParse(url) || !['postgres:', 'postgresql:'].includes(new URL(url).protocol)) {
    throw new ScenarioSchemaError('The URL of the database must have the form postgres://user@host:port/database.');
  }
  return { url, isOwn: false, description: 'the given server', stop: async () => undefined };
};

/**
 * Finds a server: the one of the options, of `SCENARIO_SCHEMA_SERVER`, of `DATABASE_URL`, or else starts the PostgreSQL of
 * the system or the embedded one. Processes of one project share a server that the kit starts.
 * @throws {ScenarioSchemaError} if there is none
 */
export const findServer = async (choice: ServerChoice | undefined, env: Environment, cwd: string): Promise<Server> => {
  if (typeof choice === 'object') return given(choice.url);
  const wanted = choice ?? (env['SCENARIO_SCHEMA_SERVER'] === '' ? undefined : env['SCENARIO_SCHEMA_SERVER']);
  if (wanted === 'embedded' || wanted === 'system') return startOwn(wanted, env, cwd);
  if (wanted !== undefined) {
    const source = choice === undefined ? 'SCENARIO_SCHEMA_SERVER' : 'The option "server"';
    const others = choice === undefined ? '"embedded" or "system"' : '"embedded", "system" or { url }';
    throw new ScenarioSchemaError(`${source} must be ${others}, not "${wanted}".`);
  }
  const url = env['DATABASE_URL'];
  return url === undefined || url === '' ? startOwn(undefined, env, cwd) : given(url);
};
