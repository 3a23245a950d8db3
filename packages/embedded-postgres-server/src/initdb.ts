import { randomBytes } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { chownTo, type OsUser } from './os-user.js';
import { run } from './run.js';

/** Writes a random password of 256 bits to a file that only its owner may read, atomically. */
export const writePassword = async (path: string, user: OsUser | null): Promise<string> => {
  const password = randomBytes(32).toString('base64url');
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(password);
    await file.sync();
  } finally {
    await file.close();
  }
  await chownTo(user, draft);
  await rename(draft, path);
  return password;
};

/** Options for `initdb`. */
export interface InitOptions {
  readonly binaries: Binaries;
  readonly user: OsUser | null;
  /** The data directory to create; must not exist. */
  readonly dataDir: string;
  readonly superuser: string;
  readonly passwordFile: string;
  /** False for temporary data. */
  readonly durable: boolean;
}

/**
 * Creates a data directory: UTF-8, locale C (the same sort order on every machine), scram-sha-256.
 * @throws {EmbeddedPostgresError} with the output of initdb
 */
export const initdb = async (options: InitOptions): Promise<void> => {
  const { binaries, user, durable } = options;
  const args = [
    `--pgdata=${options.dataDir}`,
    `--username=${options.superuser}`,
    `--pwfile=${options.passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    '--auth=scram-sha-256',
    '--no-instructions',
  ];
  // Iterations protect weak passwords (RFC 7677, section 4). This one has 256 random bits, and tests connect often.
  const quick = binaries.major >= 16 ? ['--no-sync', '--set=scram_iterations=64'] : ['--no-sync'];
  const done = await run(binaries.initdb, durable ? args : [...args, ...quick], { user });
  if (done.code !== 0) {
    throw new EmbeddedPostgresError(
      `initdb failed with code ${done.code}: ${(done.stderr || done.stdout).trim().split('\n').slice(-5).join('\n')}`,
    );
  }
};
