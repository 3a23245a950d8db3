import { access, constants, realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { Logger } from './logger.js';
import type { OsUser } from './os-user.js';
import { findPackageRoot, packageName, preparePackage } from './package-binaries.js';
import { run } from './run.js';

/** The programs of a PostgreSQL installation that the user can run. */
export interface Binaries {
  readonly origin: 'system' | 'embedded';
  readonly postgres: string;
  readonly initdb: string;
  /** Such as `17.10`, without suffixes of the distribution. */
  readonly version: string;
  readonly major: number;
}

/** The part of the environment that is used. */
export interface SearchEnvironment {
  readonly PATH?: string | undefined;
}

/** Options for `findBinaries`. */
export interface SearchOptions {
  readonly env: SearchEnvironment;
  readonly user: OsUser | null;
  /** For a copy of the npm package, if it cannot be used in node_modules. */
  readonly storageDir: string;
  readonly log: Logger;
  /** The root of the npm package; null for none, resolved when absent. */
  readonly packageRoot?: string | null | undefined;
}

interface Problem {
  readonly problem: string;
}

const oldestMajor = 15;

/** Finds a program on PATH; ignores empty and relative entries. */
const findOnPath = async (name: string, env: SearchEnvironment): Promise<string | null> => {
  for (const folder of (env.PATH ?? '').split(delimiter).filter(isAbsolute)) {
    const path = join(folder, name);
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return realpath(path);
  }
  return null;
};

/** Runs a program with --version, as the user that will run it. */
const versionOf = async (program: string, user: OsUser | null): Promise<{ version: string } | Problem> => {
  const { code, stdout, stderr } = await run(program, ['--version'], { user });
  const version = /\(PostgreSQL\) (\d+(?:\.\d+)?)/u.exec(stdout)?.[1];
  if (code === 0 && version !== undefined) return { version };
  return {
    problem: `${program} does not run${user ? ` as ${user.name}` : ''} (${stderr.trim() || `exit code ${code}`})`,
  };
};

/** Checks that both programs run and have the same major version. */
const checkBinaries = async (
  origin: Binaries['origin'],
  postgres: string,
  initdb: string,
  user: OsUser | null,
): Promise<Binaries | Problem> => {
  const [server, init] = await Promise.all([versionOf(postgres, user), versionOf(initdb, user)]);
  if ('problem' in server) return server;
  if ('problem' in init) return init;
  const major = Number.parseInt(server.version, 10);
  if (major < oldestMajor) {
    return { problem: `${postgres} is version ${server.version}, but ${oldestMajor} is the oldest supported version` };
  }
  if (major !== Number.parseInt(init.version, 10)) {
    return { problem: `${postgres} and ${initdb} are of different versions` };
  }
  return { origin, postgres, initdb, version: server.version, major };
};

const systemBinaries = async ({ env, user }: SearchOptions): Promise<Binaries | Problem> => {
  const postgres = await findOnPath('postgres', env);
  if (postgres === null) return { problem: 'there is no `postgres` on PATH' };
  // Debian puts only one of the two on PATH; both are in the same folder.
  const initdb = (await findOnPath('initdb', env)) ?? join(dirname(postgres), 'initdb');
  return checkBinaries('system', postgres, initdb, user);
};

const packageBinaries = async (options: SearchOptions): Promise<Binaries | Problem> => {
  const root = options.packageRoot === undefined ? await findPackageRoot() : options.packageRoot;
  if (root === null) return { problem: `the npm package ${packageName()} is not installed` };
  return preparePackage(root, options, (folder) =>
    checkBinaries('embedded', join(folder, 'native/bin/postgres'), join(folder, 'native/bin/initdb'), options.user),
  );
};

/**
 * Finds PostgreSQL: on PATH, or else in the npm package, which is prepared only if needed, since that may copy it.
 * @param wantedMajors major versions that have data; an installation of one of them is preferred
 * @throws {EmbeddedPostgresError} when there is none, with the reasons
 */
export const findBinaries = async (options: SearchOptions, wantedMajors: readonly number[] = []): Promise<Binaries> => {
  const system = await systemBinaries(options);
  const isWanted = (found: Binaries): boolean => wantedMajors.length === 0 || wantedMajors.includes(found.major);
  if (!('problem' in system) && isWanted(system)) return system;
  const packaged = await packageBinaries(options);
  if (!('problem' in packaged) && isWanted(packaged)) return packaged;
  if (!('problem' in system)) return system;
  if (!('problem' in packaged)) return packaged;
  throw new EmbeddedPostgresError(
    `PostgreSQL not found: ${system.problem}, and ${packaged.problem}. ` +
      `Install PostgreSQL ${oldestMajor} or newer, run "npm ci" with optional dependencies, or use another server.`,
  );
};
