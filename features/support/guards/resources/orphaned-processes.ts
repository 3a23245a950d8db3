import { readdirSync, readFileSync } from 'node:fs';
import timersPromises from 'node:timers/promises';
import { followCommands } from '../commands.js';
import { captureStack, creationSite } from '../creation-site.js';
import type { ProcessLeak } from '../leak.js';
import { Patches } from '../patch.js';
import { closeTimeoutMs } from './resource-trackers.js';

/** The original function, without tracking. */
const pause = timersPromises.setTimeout;

/** The variable that marks the processes of a scenario. Processes inherit it from those that start them. */
const variable = 'FEATURES_STARTED_BY';

interface Found {
  readonly pid: number;
  readonly command: string;
  /** The position of the call that started it, or the process that started it. */
  readonly call: number;
}

/** A file in `/proc/PID`; undefined if the process has ended, or belongs to another user. */
const readProc = (pid: number, name: string): string | undefined => {
  try {
    return readFileSync(`/proc/${String(pid)}/${name}`, 'utf8');
  } catch {
    return undefined;
  }
};

/** The processes of this machine; none where there is no `/proc`. */
const pids = (): number[] => {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
};

/**
 * Finds processes that a scenario has started through another process, such as a command that a shell has put in the
 * background, on Linux. Node.js knows only the processes that it starts itself.
 */
export class OrphanedProcesses {
  readonly #patches = new Patches();
  #calls: Error[] = [];
  #scenario: string | undefined;
  #count = 0;

  /** @param root the directory of the project */
  constructor(private readonly root: string) {}

  /** Replaces the functions of Node.js that start processes. */
  install(): void {
    followCommands(this.#patches, ({ setVariable }) => {
      if (this.#scenario === undefined) return;
      setVariable(variable, `${this.#scenario}:${String(this.#calls.length)}`);
      this.#calls.push(captureStack());
    });
    this.#patches.publish();
  }

  /** Puts the functions of Node.js back. */
  uninstall(): void {
    this.#patches.undo();
  }

  /** Begins a scenario. */
  begin(): void {
    this.#scenario = `${String(process.pid)}-${String((this.#count += 1))}`;
    this.#calls = [];
  }

  /** Waits for processes that are ending, then ends and names those that are left. */
  async end(): Promise<ProcessLeak[]> {
    const [scenario, calls] = [this.#scenario, this.#calls];
    this.#scenario = undefined;
    if (scenario === undefined || calls.length === 0) return [];
    const deadline = performance.now() + closeTimeoutMs;
    while (find(scenario).length > 0 && performance.now() < deadline) await pause(20);
    const leaks = new Map<number, ProcessLeak>();
    // A process may start another one before it ends.
    for (let round = 0; round < 50; round += 1) {
      const left = find(scenario);
      if (left.length === 0) break;
      for (const { pid, command, call } of left) {
        kill(pid);
        const stack = calls[call];
        leaks.set(pid, {
          what: `the process "${command}" (PID ${String(pid)})`,
          where: stack && creationSite(stack, this.root).place,
          cure: 'It was killed. End it in the step, or in an After hook.',
        });
      }
      await pause(20);
    }
    return [...leaks.values()];
  }
}

const find = (scenario: string): Found[] =>
  pids().flatMap((pid) => {
    const [, call] = readProc(pid, 'environ')?.split(`${variable}=${scenario}:`) ?? [];
    if (call === undefined) return [];
    const command = (readProc(pid, 'cmdline') ?? '').replaceAll('\0', ' ').trim();
    return [{ pid, command, call: Number.parseInt(call, 10) }];
  });

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
};
