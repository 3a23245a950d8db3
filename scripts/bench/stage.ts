import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedServer } from 'embedded-postgres-server';
import { createLogger } from '../../src/observability/logger.js';
import { registerPeople, openSessions, type Person } from './people.js';
import { newSecrets, startService, type Service } from './service.js';

/** Everything that measures share: the running service and people who have an account there. */
export interface Stage {
  readonly service: Service;
  /** Starts one more instance on the same database; whoever asks for it stops it. */
  startAnother(): Promise<Service>;
  /** The first administrator. */
  readonly admin: Person;
  readonly people: readonly Person[];
  /** Access tokens of as many sessions. */
  readonly tokens: readonly string[];
  readonly postgresVersion: string;
  /** What `security.hashConcurrency` is by default. */
  readonly hashConcurrency: number;
}

const peopleCount = 8;
const sessionsEach = 4;

/** Things to undo, last first. */
export class Cleanup {
  readonly #steps: (() => Promise<void> | void)[] = [];

  /** Adds a step. */
  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  /** Undoes all that is left; a step that fails does not keep the others from running. */
  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        console.error('bench: cleaning up:', error);
      }
    }
  }
}

/**
 * Starts a PostgreSQL with its default durability and the service on it, and registers people.
 * @param nodeFlags flags of Node itself for the service
 */
export const openStage = async (
  projectRoot: string,
  cleanup: Cleanup,
  nodeFlags: readonly string[],
): Promise<Stage> => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  // The server runs under another account where this one is root, and has to reach its data.
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
  const people = await registerPeople(service.url, peopleCount);
  const tokens = await openSessions(service.url, people, sessionsEach);
  return {
    service,
    startAnother: () => start('second'),
    admin,
    people,
    tokens,
    postgresVersion: database.version,
    hashConcurrency: availableParallelism(),
  };
};
