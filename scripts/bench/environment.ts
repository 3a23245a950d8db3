import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedServer } from 'embedded-postgres-server';
import { createLogger } from '../../src/observability/logger.js';
import { registerAccounts, openSessions, type Account } from './accounts.js';
import { newSecrets, startService, type Service } from './service.js';

/** What all benchmarks share: the running service, with accounts and sessions. */
export interface BenchEnvironment {
  readonly service: Service;
  /** Starts a second instance on the same database. The caller stops it. */
  startSecondInstance(): Promise<Service>;
  /** The first administrator. */
  readonly admin: Account;
  readonly accounts: readonly Account[];
  /** Access tokens of different sessions. */
  readonly tokens: readonly string[];
  readonly postgresVersion: string;
  /** The default of `security.hashConcurrency`. */
  readonly hashConcurrency: number;
}

const accountCount = 8;
const sessionsPerAccount = 4;

/** Cleanup steps, run in reverse order. */
export class Cleanup {
  readonly #steps: (() => Promise<void> | void)[] = [];

  /** Adds a step. */
  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  /** Runs all steps that have not run yet, even if one of them fails. */
  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        console.error('bench: cleanup failed:', error);
      }
    }
  }
}

/**
 * Starts PostgreSQL with default durability and the service, and registers accounts.
 * @param nodeFlags Node.js flags for the service
 */
export const startEnvironment = async (
  projectRoot: string,
  cleanup: Cleanup,
  nodeFlags: readonly string[],
): Promise<BenchEnvironment> => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  // As root, the server runs as another user, which needs access to its data directory.
  chmodSync(folder, 0o755);
  const log = createLogger('warn');
  const database = await startEmbeddedServer({ dataDir: join(folder, 'data'), log, env: process.env });
  cleanup.add(() => database.stop());
  const admin = { username: 'root', password: randomBytes(15).toString('base64') };
  const env = {
    ...newSecrets(),
    ROLLCALL_BOOTSTRAP_ADMIN_USERNAME: admin.username,
    ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
  };
  const start = (name: string, flags: readonly string[] = []): Promise<Service> =>
    startService({ projectRoot, folder: join(folder, name), databaseUrl: database.url, nodeFlags: flags, env });
  const service = await start('first', nodeFlags);
  cleanup.add(() => service.stop());
  const accounts = await registerAccounts(service.url, accountCount);
  const tokens = await openSessions(service.url, accounts, sessionsPerAccount);
  return {
    service,
    startSecondInstance: () => start('second'),
    admin,
    accounts,
    tokens,
    postgresVersion: database.version,
    hashConcurrency: availableParallelism(),
  };
};
