import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, inject } from 'vitest';
import './global-setup.js';
import { createDatabase, createMigratedDatabase, type TestDatabase } from './postgres.js';
import { waitUntil } from './wait-until.js';

const project = resolve(import.meta.dirname, '../..');

/** A service in a separate process and directory. */
export interface Service {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves to the URL when the service listens. */
  listening(): Promise<string>;
  /** Resolves to the exit code. */
  readonly exited: Promise<number | null>;
}

/** A directory with the configuration of the project and the given `local.yaml`. */
export const makeFolder = (localYaml = '{}'): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-service-'));
  cpSync(join(project, 'config', 'default.yaml'), join(folder, 'config', 'default.yaml'));
  writeFileSync(join(folder, 'config', 'local.yaml'), localYaml);
  return folder;
};

/** Starts `rollcall` like an operator. */
export const startService = (
  folder: string,
  { env = {}, argv = ['serve'] }: { env?: Record<string, string>; argv?: string[] } = {},
): Service => {
  const child = spawn(process.execPath, [...inject('serviceArguments'), ...argv], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, PORT: '0', ROLLCALL_METRICS_PORT: '0', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const exited = new Promise<number | null>((done) => {
    child.once('close', (code) => {
      done(code);
    });
  });
  const listeningLine = /^\{.*"url":"(?<url>[^"]+)".*"msg":"listening"\}$/m;
  return {
    child,
    folder,
    out: () => out,
    err: () => err,
    exited,
    async listening() {
      await waitUntil(
        `listening; it said: ${err}`,
        () => {
          if (child.exitCode !== null) throw new Error(`the service ended: ${err}`);
          return listeningLine.test(out);
        },
        50_000,
      );
      return listeningLine.exec(out)?.groups?.['url'] ?? '';
    },
  };
};

/** Kills a service and removes its directory. */
export const discard = async (service: Service): Promise<void> => {
  if (service.child.exitCode === null && service.child.signalCode === null) {
    service.child.kill('SIGKILL');
    await service.exited;
  }
  rmSync(service.folder, { recursive: true, force: true });
};

/** Starts services and creates databases for the tests of a file or suite. They are removed after each test. */
export const useServices = (): {
  readonly start: (env: Record<string, string>, localYaml?: string) => Service;
  /** A database with all migrations. */
  readonly database: () => Promise<TestDatabase>;
  readonly emptyDatabase: () => Promise<TestDatabase>;
} => {
  const services: Service[] = [];
  const databases: TestDatabase[] = [];
  const keep = (database: TestDatabase): TestDatabase => {
    databases.push(database);
    return database;
  };
  afterEach(async () => {
    await Promise.all(services.splice(0).map(discard));
    await Promise.all(databases.splice(0).map((database) => database.drop()));
  });
  return {
    start(env, localYaml) {
      const service = startService(makeFolder(localYaml), { env });
      services.push(service);
      return service;
    },
    database: async () => keep(await createMigratedDatabase()),
    emptyDatabase: async () => keep(await createDatabase()),
  };
};

/** Sends a request with a JSON body or without a body. */
export const ask = async (
  url: string,
  { method = 'GET', body, token }: { method?: string; body?: unknown; token?: string } = {},
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> => {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    headers: answer.headers,
  };
};

/** The JSON lines of a log. */
export const logLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
