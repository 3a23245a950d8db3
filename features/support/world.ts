import { World } from '@cucumber/cucumber';
import type { Knex } from 'knex';
import type { Services } from '../../src/services.js';
import type { ApiResponse } from './http/api-response.js';
import type { Operator } from './config/operator.js';
import { createTestUser, type TestUser } from './accounts/test-user.js';
import type { RunParameters } from './run/parameters.js';
import type { Scenario } from './run/scenario.js';
import { scenarioReport } from './run/scenario-report.js';
import type { TestClock } from './run/test-clock.js';

export type { ApiResponse } from './http/api-response.js';
export type { TestUser, Tokens } from './accounts/test-user.js';

/** An app as a story sees it. */
export interface RunningApp {
  readonly url: string;
  readonly services: Services;
  /** Begins to stop; resolves with whether the requests under way ended in time. */
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
  /** A person's name: their access token is sent. Nobody's by default. */
  readonly as?: string | null;
  /** A bearer token. */
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The body as text; its type is application/json unless the headers set another one. */
  readonly rawBody?: string | Buffer;
  /** An empty value leaves a default header out. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent unchanged after the other headers; a name may occur twice. */
  readonly rawHeaders?: readonly (readonly [string, string])[];
  /** Another base URL than that of the scenario's app. */
  readonly to?: string;
  /** The address that the client seems to have. */
  readonly clientIp?: string;
}

/** One scenario, as its steps see it. Everything in it is new for each scenario and gone after it. */
export class RollcallWorld extends World<RunParameters> {
  /** Answers may be kept here from step to step. */
  readonly saved = new Map<string, unknown>();
  readonly users = new Map<string, TestUser>();
  #scenario: Scenario | undefined;

  /** Called by the Before hook with what was set up for this scenario. */
  setScenario(scenario: Scenario): void {
    this.#scenario = scenario;
  }

  /**
   * The running app: after the first request, or after `startApp()`, `ready()` or an act of the operator.
   * @throws Error when it was not started
   */
  get app(): RunningApp & { readonly configDirectory: string } {
    return this.#current.app;
  }

  /** Starts the app unless it runs, and gives it. */
  ready(): Promise<RunningApp & { readonly configDirectory: string }> {
    return this.#current.ready();
  }

  /** Starts the app; with special settings, before anything has started it. */
  startApp(options: StartOptions = {}): Promise<void> {
    return this.#current.startApp(options);
  }

  /** Starts an instance on the same schema and keys, with a separate configuration directory, cache, limiter and key ring. */
  startSecondApp(): Promise<RunningApp & { readonly configDirectory: string }> {
    return this.#current.startSecondApp();
  }

  /** Lets the instances that run hear each other and keep leases, as `rollcall serve` does; they do not by themselves. */
  joinInstances(): Promise<void> {
    return this.#current.joinInstances();
  }

  /** Closes the app and starts a new one on the same schema, keys, configuration directory and clock. */
  restartApp(): Promise<void> {
    return this.#current.restartApp();
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

  /** The last answer; asking for it counts as having looked at it. */
  get response(): ApiResponse {
    const answer = this.responses.at(-1);
    if (answer === undefined) throw new Error('nothing was asked of the service yet');
    answer.isChecked = true;
    return answer;
  }

  /** Every answer so far, in the order in which they came. */
  get responses(): ApiResponse[] {
    return this.#current.responses;
  }

  /** The log lines of this scenario's apps. */
  logLines(): Record<string, unknown>[] {
    return this.#current.log.lines();
  }

  /** A person of the story, made on first mention. */
  user(name: string): TestUser {
    const known = this.users.get(name);
    if (known !== undefined) return known;
    const made = createTestUser(name);
    this.users.set(name, made);
    return made;
  }

  /** Sends a request to the app, or where `to` says, and records the answer. */
  send(method: string, path: string, options: SendOptions = {}): Promise<ApiResponse> {
    const { as = null, token, ...rest } = options;
    const bearer = token ?? (as === null ? undefined : this.#accessTokenOf(as));
    return this.#current.send(method, path, { ...rest, ...(bearer !== undefined && { bearer }) });
  }

  /** Writes text, one octet a character, to the app and reads until it closes the connection; see `sendRaw` in http-client. */
  sendRaw(text: string): Promise<string> {
    return this.#current.sendRaw(text);
  }

  /** What happened in this scenario, to find out why it failed. */
  report(): string {
    return scenarioReport(this.#current);
  }

  #accessTokenOf(name: string): string {
    const { tokens } = this.user(name);
    if (tokens === undefined) throw new Error(`${name} has not logged in in this story`);
    return tokens.access_token;
  }

  get #current(): Scenario {
    if (this.#scenario === undefined) throw new Error('the scenario was not set up');
    return this.#scenario;
  }
}
