import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { workDirectoryVariable } from '../../features/support/run/parameters.js';
import type { RunFacts, ScenarioProcessMessage } from './run-facts.js';

/** How long the process may take to end after its work is done, in milliseconds. */
const endTimeoutMs = 15_000;

/** How long its workers may take to end after it, in milliseconds. */
const groupTimeoutMs = 5_000;

/** How long a step may take at most, in milliseconds: a little longer than the longest timeout of a step. */
const progressTimeoutMs = 150_000;

/** How the process that runs the scenarios ended. */
export interface ProcessOutcome {
  /** Absent if no scenario was started. */
  readonly started?: Pick<RunFacts, 'seed' | 'mode' | 'workers'>;
  /** Absent if the process ended before all scenarios had run. */
  readonly facts?: RunFacts;
  /** Why nothing was run. */
  readonly usage?: string;
  /** An error outside of the scenarios. */
  readonly error?: string;
  /** How long no step had begun or ended when the process was killed for it, in milliseconds; absent if it was not. */
  readonly stalledMs?: number;
  /** The exit code or the signal. */
  readonly end: string;
}

/** Signals the group that the process leads, with its workers and the database server. Returns whether the group exists. */
const send = (child: ChildProcess, signal: NodeJS.Signals | 0): boolean => {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
};

const scenarioScript = fileURLToPath(new URL('scenarios.ts', import.meta.url));

/** The process that runs the scenarios, in a process group. */
export class ScenarioProcess {
  readonly #child: ChildProcess;
  readonly #outcome: { -readonly [key in keyof ProcessOutcome]?: ProcessOutcome[key] } = {};
  readonly #done: Promise<void>;
  readonly #ended: Promise<string>;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param args the command line of the run, with its seed
   * @param options `timeoutMs`: when to kill a process in which no step begins or ends any more, for example because one runs forever
   */
  constructor(
    args: readonly string[],
    workDirectory: string,
    { timeoutMs = progressTimeoutMs, script = scenarioScript } = {},
  ) {
    this.#child = spawn(process.execPath, [...process.execArgv, script, ...args], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, [workDirectoryVariable]: workDirectory },
      detached: true,
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        clearTimeout(this.#timer);
        resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
      });
    });
    const finished = new Promise<void>((resolve) => {
      this.#child.on('message', (message: ScenarioProcessMessage) => {
        if (message.type === 'started') this.#outcome.started = message.facts;
        if (message.type === 'started' || message.type === 'progress') this.#expectProgress(timeoutMs);
        else clearTimeout(this.#timer);
        if (message.type === 'usage') this.#outcome.usage = message.message;
        if (message.type === 'error') this.#outcome.error = message.message;
        if (message.type !== 'finished') return;
        this.#outcome.facts = message.facts;
        resolve();
      });
    });
    this.#done = Promise.race([finished, this.#ended.then(() => undefined)]);
  }

  #expectProgress(timeoutMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#outcome.stalledMs = timeoutMs;
      send(this.#child, 'SIGKILL');
    }, timeoutMs);
  }

  /** Sends the paths to run to a process that was started in advance. One that has ended in the meantime reports why. */
  sendPaths(paths: readonly string[]): void {
    if (this.#child.connected) this.#child.send(paths, () => undefined);
  }

  /** Ends a process that was started in advance and is not needed. */
  async discard(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.close();
  }

  /** Waits until all scenarios have run, or the process has ended. */
  async outcome(): Promise<ProcessOutcome> {
    await this.#done;
    return { ...this.#outcome, end: this.#outcome.facts === undefined ? await this.#ended : '' };
  }

  /** Ends the process early. */
  interrupt(): void {
    this.#child.kill('SIGTERM');
  }

  /** Tells the process to stop the database, and waits until it has ended; processes that do not end are killed. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.send('close');
    const timer = setTimeout(() => {
      send(this.#child, 'SIGKILL');
    }, endTimeoutMs);
    await this.#ended;
    clearTimeout(timer);
    const deadline = performance.now() + groupTimeoutMs;
    while (send(this.#child, 0) && performance.now() < deadline) await pause(20);
    send(this.#child, 'SIGKILL');
  }
}
