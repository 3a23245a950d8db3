import { randomBytes } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Knex } from 'knex';
import type { Config } from '../../../src/config/config.js';
import type { ApiResponse } from '../http/api-response.js';
import type { CoverageRecorder } from './coverage.js';
import { HttpClient, sendRaw, type OutgoingRequest } from '../http/http-client.js';
import type { ReceivedMail } from '../mail/mailbox.js';
import type { LogCapture } from '../observability/log-capture.js';
import { keysOf, Operator } from '../config/operator.js';
import { startScenarioApp, type AppOptions, type InProcessApp } from './scenario-app.js';
import type { LeasedDatabase } from '../schema/leased-database.js';
import { TestClock } from '../../../src/testing/test-clock.js';
import type { SendOptions, StartOptions } from '../world.js';
import { toRequest } from '../http/outgoing-request.js';
import type { Exchange } from './exchange.js';

/** What a scenario needs to run the service in this process. */
export interface InProcess extends Pick<AppOptions, 'schema' | 'databaseUrl' | 'validated'> {
  /** A pool of connections that stays open after the scenario. */
  readonly database: LeasedDatabase;
}

/** Options for `Scenario`. */
export interface ScenarioOptions {
  readonly name: string;
  /** A folder for this scenario only; `config` in it contains the base configuration. */
  readonly directory: string;
  /** Absent when the scenario runs against a deployed service. */
  readonly inProcess?: InProcess;
  readonly baseUrl?: string;
  readonly coverage: CoverageRecorder;
  /** Called with each request and its response. */
  readonly onResponse: (request: OutgoingRequest, response: ApiResponse) => void;
  readonly log: LogCapture;
}

const remoteOnly = (): Error =>
  new Error(
    'this scenario needs access to the database, the clock or the configuration, so it cannot run against a deployed service (BASE_URL); remove its tag @remote',
  );

/** Everything that belongs to one scenario: schema, apps, clock, configuration directory, connections, log. */
export class Scenario {
  readonly clock = new TestClock();
  readonly log: LogCapture;
  readonly responses: ApiResponse[] = [];
  readonly exchanges: Exchange[] = [];
  /** Emails that steps have read, for reports. */
  readonly mails: ReceivedMail[] = [];
  readonly operator: Operator;
  readonly #secrets = {
    ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    ROLLCALL_PASSWORD_PEPPER: randomBytes(32).toString('hex'),
  };
  readonly #configDirectory: string;
  readonly #others: InProcessApp[] = [];
  #client = new HttpClient();
  #env: Readonly<Record<string, string>> = {};
  #app: InProcessApp | undefined;
  #starting: Promise<InProcessApp> | undefined;
  #port: number | undefined;
  #step: string | undefined;
  #isCheck = true;
  constructor(private readonly options: ScenarioOptions) {
    this.log = options.log;
    this.#configDirectory = join(options.directory, 'config');
    this.operator = new Operator({
      directory: this.#configDirectory,
      config: () => this.#watchedConfig(),
      onKeySet: (key) => {
        options.coverage.recordKeySet(key);
      },
      onKeyChanged: (key) => {
        options.coverage.recordKeyChange(key);
      },
    });
  }

  /** The app. @throws Error if it has not been started */
  get app(): InProcessApp {
    if (this.#app === undefined) {
      throw new Error('the app has not been started: await this.ready() or this.startApp() first');
    }
    return this.#app;
  }

  /** The schema. */
  get db(): Knex {
    return (this.#app?.services.db ?? this.#inside.database).knex;
  }

  /** Environment variables with which a command uses the database and the configuration of this scenario. */
  get commandEnvironment(): Readonly<Record<string, string>> {
    const { databaseUrl, schema } = this.#inside;
    const url = new URL(databaseUrl);
    url.searchParams.set('options', `--search_path=${schema}`);
    return { NODE_ENV: 'test', DATABASE_URL: url.href, ROLLCALL_CONFIG_DIR: this.#configDirectory, ...this.#secrets };
  }

  /** Starts the app unless it is running. */
  ready(): Promise<InProcessApp> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /** Starts the app. Special settings are possible only if nothing has started it before. */
  async startApp({ env = {}, localYaml }: StartOptions): Promise<void> {
    const isSpecial = localYaml !== undefined || Object.keys(env).length > 0;
    if (isSpecial && this.#starting !== undefined) {
      throw new Error('the app is already running: start it with special settings before the first request');
    }
    this.#env = env;
    for (const variable of Object.keys(env)) this.options.coverage.recordKeySet(variable);
    if (localYaml !== undefined) {
      for (const key of keysOf(localYaml)) this.options.coverage.recordKeySet(key);
      writeFileSync(join(this.#configDirectory, 'local.yaml'), localYaml);
    }
    await this.ready();
  }

  /** Starts another instance. */
  async startSecondApp(): Promise<InProcessApp> {
    // Instances number their active configuration at the start, one after the other.
    await (await this.ready()).services.config.ensureNumbered();
    const n = this.#others.length + 2;
    const directory = join(this.options.directory, `config-${String(n)}`);
    cpSync(this.#configDirectory, directory, { recursive: true });
    const app = await this.#open(directory, String(n), false);
    await app.services.config.ensureNumbered();
    this.#others.push(app);
    return app;
  }

  /** Connects the running instances. */
  async joinInstances(): Promise<void> {
    for (const app of [await this.ready(), ...this.#others]) await app.join();
  }

  /** Closes the app and starts a new one on the same port, with additional variables. */
  async restartApp(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#env = { ...this.#env, ...env };
    const app = await this.ready();
    this.#client.close();
    this.#client = new HttpClient();
    await app.close();
    this.#port = Number(new URL(app.url).port);
    this.#starting = undefined;
    this.#app = undefined;
    await this.ready();
  }

  /**
   * Begins a step.
   * @param isCheck whether a response that the step reads counts as checked
   */
  beginStep(text: string, isCheck: boolean): void {
    this.#step = text;
    this.#isCheck = isCheck;
  }

  /** Whether the running step checks the results of earlier steps. */
  get isCheck(): boolean {
    return this.#isCheck;
  }

  /** The directory for outgoing email; undefined until the app is started. */
  get outboxDirectory(): string | undefined {
    return this.#app?.services.config.current.mail.outboxDir;
  }

  /** Sends a request and records the response. */
  async send(
    method: string,
    path: string,
    { as, ...options }: Omit<SendOptions, 'token'> & { bearer?: string },
  ): Promise<ApiResponse> {
    const request = { ...toRequest(options), url: options.to ?? (await this.#url()), method, path };
    const startedMs = performance.now();
    const record = (result: Pick<Exchange, 'response' | 'error'>, step: string | undefined): void => {
      const ms = performance.now() - startedMs;
      this.exchanges.push({
        ...{ request, ms, sentAt, ...result },
        ...(typeof as === 'string' && { as }),
        ...(step !== undefined && { step }),
      });
    };
    const [sentAt, step] = [this.clock.now(), this.#step];
    let response: ApiResponse;
    try {
      response = await this.#client.send(request);
    } catch (error) {
      record({ error }, step);
      throw error;
    }
    response.countReadsWhile(() => this.#isCheck);
    this.responses.push(response);
    record({ response }, step);
    this.options.onResponse(request, response);
    return response;
  }

  /** Writes text to the app and reads until the app closes the connection. */
  async sendRaw(text: string): Promise<string> {
    return sendRaw(await this.#url(), text);
  }

  /** Closes everything that the scenario opened. Its directory and its schema remain. */
  async close(): Promise<void> {
    this.#client.close();
    // An app that is still starting belongs to the scenario too.
    await this.#starting?.catch(() => undefined);
    for (const app of [this.#app, ...this.#others]) await app?.close();
  }

  async #url(): Promise<string> {
    return this.options.baseUrl ?? (await this.ready()).url;
  }

  get #inside(): InProcess {
    if (this.options.inProcess === undefined) throw remoteOnly();
    return this.options.inProcess;
  }

  async #start(): Promise<InProcessApp> {
    this.#app = await this.#open(this.#configDirectory, '', true);
    return this.#app;
  }

  #open(configDirectory: string, suffix: string, mayUseKept: boolean): Promise<InProcessApp> {
    const { database, ...inside } = this.#inside;
    return startScenarioApp({
      ...inside,
      configDirectory,
      env: { ...this.#secrets, ...this.#env },
      clock: this.clock,
      capture: this.log,
      applicationName: `${inside.schema} app${suffix}`,
      ...(mayUseKept && database.isReusable && { kept: database }),
      ...(mayUseKept && this.#port !== undefined && { port: this.#port }),
    });
  }

  async #watchedConfig(): Promise<Config> {
    return (await this.ready()).watch();
  }
}
