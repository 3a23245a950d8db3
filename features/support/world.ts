import { World } from '@cucumber/cucumber';
import type { Knex } from 'knex';
import type { Services } from '../../src/services.js';
import type { ApiResponse } from './http/api-response.js';
import type { ReceivedMail } from './mail/mailbox.js';
import type { Operator } from './config/operator.js';
import { createTestUser, type TestUser } from './accounts/test-user.js';
import type { RunParameters } from './run/parameters.js';
import type { Scenario } from './run/scenario.js';
import { scenarioReport } from './run/scenario-report.js';
import type { TestClock } from '../../src/testing/test-clock.js';

export type { ApiResponse } from './http/api-response.js';
export type { TestUser, Tokens } from './accounts/test-user.js';

/** A running app. */
export interface RunningApp {
  readonly url: string;
  readonly services: Services;
  /** Stops the app; resolves to whether all requests ended in time. */
  stop(): Promise<boolean>;
}

/** How an app is started with other settings than those of config/test.yaml. */
export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The text of local.yaml. */
  readonly localYaml?: string;
}

/** How one request is sent. */
export interface SendOptions {
  /** The name of a user whose access token is sent. No token is sent by default. */
  readonly as?: string | null;
  /** A bearer token. */
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The body as text; its type is application/json unless the headers set another one. */
  readonly rawBody?: string | Buffer;
  /** An empty value removes a default header. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent unchanged after the other headers; a name may occur twice. */
  readonly rawHeaders?: readonly (readonly [string, string])[];
  /** Another base URL than that of the scenario's app. */
  readonly to?: string;
  /** The IP address of the client, as a proxy reports it. */
  readonly clientIp?: string;
}

/** The state of one scenario, which its steps share. */
export class RollcallWorld extends World<RunParameters> {
  /** Values that steps pass on to later steps. */
  readonly saved = new Map<string, unknown>();
  readonly users = new Map<string, TestUser>();
  #scenario: Scenario | undefined;

  /** Called by the Before hook with the scenario that it has set up. */
  setScenario(scenario: Scenario): void {
    this.#scenario = scenario;
  }

  /**
   * The running app: after the first request, `startApp()`, `ready()` or an edit by the operator.
   * @throws Error if it has not been started
   */
  get app(): RunningApp & { readonly configDirectory: string } {
    return this.#current.app;
  }

  /** Starts the app unless it is running, and returns it. */
  ready(): Promise<RunningApp & { readonly configDirectory: string }> {
    return this.#current.ready();
  }

  /** Starts the app with special settings, before anything else has started it. */
  startApp(options: StartOptions = {}): Promise<void> {
    return this.#current.startApp(options);
  }

  /** Starts an instance on the same schema and keys, with a separate configuration directory, cache, limiter and key ring. */
  startSecondApp(): Promise<RunningApp & { readonly configDirectory: string }> {
    return this.#current.startSecondApp();
  }

  /** Connects the running instances, as `rollcall serve` does: they exchange changes and hold leases. */
  joinInstances(): Promise<void> {
    return this.#current.joinInstances();
  }

  /** Closes the app and starts a new one on the same schema, keys, configuration directory and clock. */
  restartApp(env?: Readonly<Record<string, string>>): Promise<void> {
    return this.#current.restartApp(env);
  }

  /** Environment variables with which a command uses the database and the configuration of this scenario. */
  get commandEnvironment(): Readonly<Record<string, string>> {
    return this.#current.commandEnvironment;
  }

  /** The clock of every app of this scenario. */
  get clock(): TestClock {
    return this.#current.clock;
  }

  /** Edits the watched files of the running app. */
  get operator(): Operator {
    return this.#current.operator;
  }

  /** The schema of this scenario, for preparations only: results are checked through the API. */
  get db(): Knex {
    return this.#current.db;
  }

  /** The last response. Reading it in a Then step marks it as checked. */
  get response(): ApiResponse {
    const response = this.responses.at(-1);
    if (response === undefined) throw new Error('no request was sent yet');
    response.markChecked();
    return response;
  }

  /** All responses, oldest first. */
  get responses(): ApiResponse[] {
    return this.#current.responses;
  }

  /** The log entries of the apps of this scenario. */
  logLines(): Record<string, unknown>[] {
    return this.#current.log.lines();
  }

  /** A user of the scenario, created on first use. */
  user(name: string): TestUser {
    const known = this.users.get(name);
    if (known !== undefined) return known;
    const user = createTestUser(name);
    this.users.set(name, user);
    return user;
  }

  /** Sends a request to the app, or to the URL in `to`, and records the response. */
  send(method: string, path: string, options: SendOptions = {}): Promise<ApiResponse> {
    const { as = null, token, ...rest } = options;
    const bearer = token ?? (as === null ? undefined : this.#accessTokenOf(as));
    return this.#current.send(method, path, { ...rest, as, ...(bearer !== undefined && { bearer }) });
  }

  /**
   * Writes text to the app, one octet for each character, and reads until the app closes the connection; see `sendRaw`
   * in http-client.
   */
  sendRaw(text: string): Promise<string> {
    return this.#current.sendRaw(text);
  }

  /** Keeps emails for the report of a failure. */
  recordMails(mails: readonly ReceivedMail[]): void {
    this.#current.mails.push(...mails);
  }

  /** The requests, responses, emails and log entries of this scenario. */
  report(): string {
    return scenarioReport(this.#current, this.users.values());
  }

  #accessTokenOf(name: string): string {
    const { tokens } = this.user(name);
    if (tokens === undefined) throw new Error(`${name} is not logged in`);
    return tokens.access_token;
  }

  get #current(): Scenario {
    if (this.#scenario === undefined) throw new Error('the scenario was not set up');
    return this.#scenario;
  }
}
