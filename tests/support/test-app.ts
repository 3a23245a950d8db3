import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach } from 'vitest';
import { stringify } from 'yaml';
import { TestClock } from '../../src/testing/test-clock.js';
import { createApp } from '../../src/app.js';
import { Config } from '../../src/config/config.js';
import type { Database } from '../../src/database/database.js';
import { Metrics } from '../../src/observability/metrics.js';
import { HttpListener } from '../../src/server/listeners/http-listener.js';
import { openServices } from '../../src/server/startup/open-services.js';
import type { Services } from '../../src/services.js';
import { openDatabase, silentLog } from './open-database.js';
import { createMigratedDatabase } from './postgres.js';

/** A response of the app. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, other text, or null without a body. */
  readonly body: unknown;
}

/** Token, body and headers of a request. */
export interface TestRequest {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Options of `TestApp.start`. */
export interface TestAppOptions {
  readonly databaseUrl: string;
  /** Overrides config/test.yaml. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The complete service in the test process, on a free port. */
export class TestApp {
  private constructor(
    readonly databaseUrl: string,
    readonly url: string,
    readonly services: Services,
    readonly clock: TestClock,
    private readonly directory: string,
    private readonly listener: HttpListener,
    private readonly database: Database,
  ) {}

  /** Starts an app on a migrated database. */
  static async start({ databaseUrl, settings = {} }: TestAppOptions): Promise<TestApp> {
    const directory = mkdtempSync(join(tmpdir(), 'rollcall-app-'));
    cpSync('config', directory, { recursive: true });
    writeFileSync(join(directory, 'local.yaml'), stringify(settings));
    // The secrets depend on the database only, so that another app on it is a second instance, or the same one after a restart.
    const secret = createHash('sha256').update(databaseUrl).digest('hex');
    const env = { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: secret, ROLLCALL_PASSWORD_PEPPER: secret };
    const [clock, log, metrics] = [new TestClock(), silentLog(), new Metrics()];
    const config = Config.open({ directory, nodeEnv: 'test', env, log, metrics, clock, dataDir: directory });
    const database = openDatabase(databaseUrl, { pool: { min: 0, max: 10 }, metrics });
    const services = await openServices({
      ...{ config, db: database, clock, log, metrics, validateResponses: true },
      build: { version: '0.0.0', commit: null, buildDate: null, nodeVersion: 'v20' },
      lifecycle: { startedAtMs: clock.monotonicMs(), stopping: false },
      hashCost: (configured) => Math.max(4, configured - 8),
    });
    const listener = new HttpListener(createApp(services).callback(), config.current.server);
    await listener.listen('127.0.0.1', 0);
    services.lifecycle.url = listener.url;
    return new TestApp(databaseUrl, listener.url, services, clock, directory, listener, database);
  }

  /** Sends one request. */
  async send(method: string, path: string, { token, body, headers }: TestRequest = {}): Promise<TestResponse> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('Content-Type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : isJson ? JSON.parse(text) : text,
    };
  }

  /** Changes settings and waits until they are active. */
  async configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    writeFileSync(join(this.directory, 'local.yaml'), stringify(settings));
    const { outcome } = await this.services.config.reload('signal');
    if (outcome === 'refused') throw new Error('the settings were rejected');
  }

  /** Stops the app. The database remains. */
  async close(): Promise<void> {
    await this.listener.close();
    await this.services.config.close();
    await this.database.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Settings for tests that do not test rate limits. */
export const withoutRateLimits = { rateLimit: { enabled: false } } as const;

/** Options of `useTestApp`. */
interface UseTestAppOptions {
  readonly settings?: TestAppOptions['settings'];
  /** Whether to start a new app for each test, with new limits and caches, on the same database. */
  readonly each?: boolean;
}

/**
 * Starts an app for the tests of a file, on a database that is dropped after the tests.
 * @param receive called with the app for the next tests
 */
export const useTestApp = (
  receive: (app: TestApp) => void,
  { settings = {}, each = false }: UseTestAppOptions = {},
): void => {
  let databaseUrl = '';
  beforeAll(async () => {
    const created = await createMigratedDatabase();
    databaseUrl = created.url;
    return () => created.drop();
  });
  (each ? beforeEach : beforeAll)(async () => {
    const app = await TestApp.start({ databaseUrl, settings });
    receive(app);
    return () => app.close();
  });
};
