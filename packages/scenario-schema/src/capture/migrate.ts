import { spawn } from 'node:child_process';
import type { Environment } from '../environment.js';
import { isLostConnection, messageOf, ScenarioSchemaError } from '../errors.js';

/**
 * Creates the structure: a function that gets the URL, whose search path begins with the schema, or a command that gets
 * `DATABASE_URL` and `SCENARIO_SCHEMA`.
 */
export type Migrate = ((url: string, schema: string) => unknown) | string;

const runCommand = (command: string, env: Environment, cwd: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (text: string): void => void (output = (output + text).slice(-4_000));
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else {
        const how = code === null ? `ended by ${String(signal)}` : `exited with ${String(code)}`;
        reject(new ScenarioSchemaError(`The migration command ${how}: ${command}\n${output.trim()}`));
      }
    });
  });

/**
 * Calls a function, and keeps timers that it starts from keeping the process alive: a pool that is never closed has a
 * timer that closes idle connections.
 */
const withoutTimers = async (work: () => unknown): Promise<void> => {
  const original = globalThis.setInterval;
  const timers: NodeJS.Timeout[] = [];
  globalThis.setInterval = (...args: Parameters<typeof setInterval>) => {
    const timer = original(...args);
    timers.push(timer);
    return timer;
  };
  try {
    await work();
  } finally {
    globalThis.setInterval = original;
    for (const timer of timers) timer.unref();
  }
};

/**
 * Runs the migrations on a schema.
 * @throws {ScenarioSchemaError} if they fail
 */
export const runMigrations = async (
  migrate: Migrate,
  {
    url,
    schema,
    env,
    cwd,
  }: { readonly url: string; readonly schema: string; readonly env: Environment; readonly cwd: string },
): Promise<void> => {
  if (typeof migrate === 'string') {
    await runCommand(migrate, { ...env, DATABASE_URL: url, SCENARIO_SCHEMA: schema }, cwd);
    return;
  }
  try {
    await withoutTimers(() => migrate(url, schema));
  } catch (error) {
    throw new ScenarioSchemaError(`The migrations failed: ${messageOf(error)}`, { cause: error });
  }
};

/**
 * Ends sessions that the migrations have left open. An idle client of a pool without a listener for errors would end the
 * process, so that error is ignored in the meantime.
 */
export const endSessions = async (end: () => Promise<unknown>): Promise<void> => {
  const ignore = (error: unknown): void => {
    if (!isLostConnection(error)) throw error;
  };
  process.on('uncaughtException', ignore);
  try {
    await end();
    // The clients detect the end of their connections in the next turns of the event loop.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('uncaughtException', ignore);
  }
};
