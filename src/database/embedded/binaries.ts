import { access, constants, realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import type { Logger } from '../../observability/logger.js';
import type { OsUser } from './os-user.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { packageName, preparePackage, findPackageRoot } from './package-binaries.js';
import { run } from './run.js';

/** The programs of one PostgreSQL that the user can run. */
export interface Binaries {
  readonly origin: 'system' | 'embedded';
  readonly postgres: string;
  readonly initdb: string;
  /** As the program says it: `17.10`, or `15.18` without the packager's suffix. */
  readonly version: string;
  readonly major: number;
}

/** The part of the environment that is looked at. */
export interface SearchEnvironment {
  readonly PATH?: string | undefined;
}

/** Where to look, and for whom. */
export interface SearchOptions {
  readonly env: SearchEnvironment;
  readonly user: OsUser | null;
  /** A folder for a copy of the package, where node_modules cannot be used. */
  readonly storageDir: string;
  readonly log: Logger;
  /** The root of the npm package; null for none, found by resolution when absent. */
  readonly packageRoot?: string | null | undefined;
}

/** The oldest system PostgreSQL that is used. */
const oldestMajor = 15;

/** Finds a program on PATH; empty and relative entries are passed over. */
const onPath = async (name: string, env: SearchEnvironment): Promise<string | null> => {
  for (const folder of (env.PATH ?? '').split(delimiter).filter(isAbsolute)) {
    const path = join(folder, name);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return realpath(path);
  }
  return null;
};

/** Asks a program for its version, as the user that will run it. */
const versionOf = async (program: string, user: OsUser | null): Promise<{ version: string } | { fault: string }> => {
  const { code, stdout, stderr } = await run(program, ['--version'], { user });
  const version = /\(PostgreSQL\) (\d+(?:\.\d+)?)/u.exec(stdout)?.[1];
  if (code === 0 && version !== undefined) return { version };
  return {
    fault: `${program} does not run${user ? ` as ${user.name}` : ''} (${stderr.trim() || `exit code ${code}`})`,
  };
};

/** Judges a pair of programs: both must run, and be of one major version. */
const checkBinaries = async (
  origin: Binaries['origin'],
  postgres: string,
  initdb: string,
  user: OsUser | null,
): Promise<Binaries | { fault: string }> => {
  const [server, maker] = await Promise.all([versionOf(postgres, user), versionOf(initdb, user)]);
  if ('fault' in server) return server;
  if ('fault' in maker) return maker;
  const major = Number.parseInt(server.version, 10);
  if (major < oldestMajor) {
    return { fault: `${postgres} is version ${server.version}, and ${oldestMajor} is the oldest that serves` };
  }
  if (major !== Number.parseInt(maker.version, 10)) {
    return { fault: `${postgres} and ${initdb} are of different versions` };
  }
  return { origin, postgres, initdb, version: server.version, major };
};

/** The PostgreSQL of the machine. */
const systemBinaries = async ({ env, user }: SearchOptions): Promise<Binaries | { fault: string }> => {
  const postgres = await onPath('postgres', env);
  if (postgres === null) return { fault: 'there is no `postgres` on PATH' };
  // Debian and others put only one of the two on PATH; they lie side by side.
  const initdb = (await onPath('initdb', env)) ?? join(dirname(postgres), 'initdb');
  return checkBinaries('system', postgres, initdb, user);
};

/** The PostgreSQL of the npm package. */
const packageBinaries = async (options: SearchOptions): Promise<Binaries | { fault: string }> => {
  const root = options.packageRoot === undefined ? findPackageRoot() : options.packageRoot;
  if (root === null) return { fault: `the npm package ${packageName()} is not installed` };
  const judgeIn = (folder: string): Promise<Binaries | { fault: string }> =>
    checkBinaries('embedded', join(folder, 'native/bin/postgres'), join(folder, 'native/bin/initdb'), options.user);
  return preparePackage(root, options, judgeIn);
};

/**
 * Finds every PostgreSQL that could be used, best first: the system's, then the npm package's.
 * The package is left alone while the system's will do, since preparing it may mean copying it.
 * @param wantedMajors versions that have data already; the first PostgreSQL of one of them is taken
 * @throws {EmbeddedPostgresError} when there is none, with what was tried
 */
export const findBinaries = async (options: SearchOptions, wantedMajors: readonly number[] = []): Promise<Binaries> => {
  const system = await systemBinaries(options);
  const wanted = (found: Binaries): boolean => wantedMajors.length === 0 || wantedMajors.includes(found.major);
  if (!('fault' in system) && wanted(system)) return system;
  const packaged = await packageBinaries(options);
  if (!('fault' in packaged) && wanted(packaged)) return packaged;
  if (!('fault' in system)) return system;
  if (!('fault' in packaged)) return packaged;
  throw new EmbeddedPostgresError(
    `PostgreSQL not found: ${system.fault}, and ${packaged.fault}. ` +
      `Set DATABASE_URL to a server, install PostgreSQL ${oldestMajor} or newer, or run "npm ci" with optional dependencies.`,
  );
};
