import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { BuildInfo } from '../build-info.js';
import { ConfigError } from '../config/issue.js';
import { parseDuration } from '../contract/duration.js';
import { Database } from '../database/database.js';
import { startJobs } from '../jobs/start-jobs.js';
import { poolSettings } from '../server/live-settings/connections.js';
import { readBuildInfo } from '../server/startup/build-info.js';
import { Accounts, logIn } from './accounts.js';
import { ConfigFiles, withoutFiles } from './config-files.js';
import { InProcessApp } from './in-process-app.js';
import { requireKnownOptions } from './option-names.js';
import { OutboxMailbox } from './outbox-folder.js';
import { TestClock } from './test-clock.js';
import type { TestSchema, TestSchemas } from './test-schema.js';
import type { Clock, ConfigEditor, Mailbox, People, Rollcall, RollcallOptions } from './types.js';
import { createWorkFolder } from './work-folder.js';

const optionNames: readonly string[] = ['config', 'limits', 'log', 'server'];

const toMs = (duration: string | number): number => {
  const ms = typeof duration === 'number' ? duration : parseDuration(duration);
  if (ms !== null && ms >= 0) return ms;
  throw new Error(
    `clock.advance(${JSON.stringify(duration)}): expected a duration such as 90s, 15m, 3h or 30d, or milliseconds as a number`,
  );
};

const startApp = async (
  schema: TestSchema,
  files: ConfigFiles,
  clock: TestClock,
  { build, log }: { readonly build: BuildInfo; readonly log: RollcallOptions['log'] },
): Promise<InProcessApp> => {
  const app = await InProcessApp.start({
    configDirectory: files.directory,
    env: {
      ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
      ROLLCALL_PASSWORD_PEPPER: randomBytes(32).toString('hex'),
    },
    clock,
    build,
    logTo: { write: log ?? (() => undefined) },
    validateResponses: false,
    openDatabase: (settings, parts) => {
      const options = { url: schema.databaseUrl, schema: schema.name, applicationName: schema.name };
      return { database: new Database({ ...options, ...poolSettings(settings), ...parts }), isOwn: true };
    },
    startJobs: (services) => startJobs(services, { isProduction: false }).map(({ stop }) => stop),
  }).catch((error: unknown) => {
    throw error instanceof ConfigError ? withoutFiles(error.issues) : error;
  });
  files.use(app.services.config);
  return app;
};

/** A service that `startRollcall` has started. */
export class RunningRollcall implements Rollcall {
  readonly url: string;
  readonly people: People;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly config: ConfigEditor;
  readonly tokens: Rollcall['tokens'];
  #stopping: Promise<void> | undefined;

  private constructor(
    private readonly app: InProcessApp,
    files: ConfigFiles,
    clock: TestClock,
    private readonly release: () => Promise<void>,
  ) {
    this.url = app.url;
    const accounts = new Accounts(app.services);
    const outbox = new OutboxMailbox(app.services.config.current.mail.outboxDir);
    const running = <T>(call: () => T): T => {
      if (this.#stopping !== undefined) throw new Error('the service has been stopped; do not use it after stop()');
      return call();
    };
    this.people = { create: async (username, options) => running(() => accounts.create(username, options)) };
    this.mailbox = { next: async (to, options) => running(() => outbox.next(to, options)) };
    this.config = {
      set: async (key, value) => running(() => files.set(key, value)),
      setAll: async (values) => running(() => files.setAll(values)),
    };
    this.tokens = async (person) => running(() => logIn(app.url, person));
    this.clock = {
      now: () => clock.now(),
      advance: (duration) => {
        running(() => clock.advance(toMs(duration)));
      },
    };
  }

  /** See `startRollcall`. */
  static async start(schemas: TestSchemas, options: RollcallOptions): Promise<RunningRollcall> {
    requireKnownOptions(options, optionNames, 'startRollcall');
    const { config = {}, limits = false, log, server } = options;
    const build = readBuildInfo(process.version);
    const folder = createWorkFolder();
    let schema: TestSchema | undefined;
    const release = async (): Promise<void> => {
      rmSync(folder, { recursive: true, force: true });
      await schema?.close();
    };
    try {
      const files = new ConfigFiles(folder, config, limits);
      const clock = new TestClock();
      schema = await schemas.lease(server, build.version);
      return new RunningRollcall(await startApp(schema, files, clock, { build, log }), files, clock, release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    try {
      await this.app.close();
    } finally {
      await this.release();
    }
  }
}
