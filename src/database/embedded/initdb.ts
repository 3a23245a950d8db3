import { randomBytes } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { chownTo, type OsUser } from './os-user.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { run } from './run.js';

/** The superuser of every cluster made here. */
export const superuser = 'rollcall';

/** Writes a new password of 256 random bits to a file that only its owner may read; it is there whole or not at all. */
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

/** What initdb is told. */
export interface InitOptions {
  readonly binaries: Binaries;
  readonly user: OsUser | null;
  /** The data directory to make; it must not be there yet. */
  readonly dataDir: string;
  readonly passwordFile: string;
  /** False for data that is thrown away. */
  readonly durable: boolean;
}

/**
 * Makes a cluster: UTF-8, locale C (the same order on every machine), scram-sha-256 for everybody.
 * @throws {EmbeddedPostgresError} with what initdb said
 */
export const initdb = async ({ binaries, user, dataDir, passwordFile, durable }: InitOptions): Promise<void> => {
  const args = [
    `--pgdata=${dataDir}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    '--auth=scram-sha-256',
    '--no-instructions',
  ];
  // Many iterations protect weak passwords (RFC 7677 section 4); this one has 256 random bits, and tests connect often.
  const quick = binaries.major >= 16 ? ['--no-sync', '--set=scram_iterations=64'] : ['--no-sync'];
  const done = await run(binaries.initdb, durable ? args : [...args, ...quick], { user });
  if (done.code !== 0) {
    throw new EmbeddedPostgresError(
      `initdb failed with code ${done.code}: ${(done.stderr || done.stdout).trim().split('\n').slice(-5).join('\n')}`,
    );
  }
};
