import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import timersPromises from 'node:timers/promises';
import { workDirectoryVariable } from '../../run/parameters.js';
import { followCommands } from '../commands.js';
import { captureStack, creationSite } from '../creation-site.js';
import type { ProcessLeak } from '../leak.js';
import { Patches } from '../patch.js';
import { closeTimeoutMs } from './resource-trackers.js';

/** The original function, without tracking. */
const pause = timersPromises.setTimeout;

/** The variable that marks the processes of a scenario. Processes inherit it from those that start them. */
const variable = 'FEATURES_STARTED_BY';

/**
 * The kinds of memory that a core dump of this process contains, as a bit mask on Linux. Processes inherit it even if they get
 * another environment (`env -i`), so the bits that matter least mark those that descend from this process.
 */
const maskFile = '/proc/self/coredump_filter';

/** Private and shared mappings of files, huge pages and DAX: rarely set, and different from process to process. */
const marks = [0x4, 0x8, 0x80, 0x100];

const maskFor = (mask: number): number =>
  marks.reduce((marked, bit, index) => (((process.pid % 15) + 1) & (1 << index) ? marked | bit : marked & ~bit), mask);

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
  /** The processes before the first command of the scenario. */
  #before: ReadonlySet<number> = new Set();
  /** The environment variable of this run, as processes inherit it. */
  readonly #run = `${workDirectoryVariable}=${process.env[workDirectoryVariable] ?? ''}\0`;
  /** The original mask; undefined where there is none. */
  #mask: number | undefined;
  #marked: number | undefined;

  /** @param root the directory of the project */
  constructor(private readonly root: string) {}

  /** Replaces the functions of Node.js that start processes. */
  install(): void {
    followCommands(this.#patches, ({ setVariable }) => {
      if (this.#scenario === undefined) return;
      if (this.#calls.length === 0) this.#before = new Set(pids());
      setVariable(variable, `${this.#scenario}:${String(this.#calls.length)}`);
      this.#calls.push(captureStack());
    });
    this.#patches.publish();
    this.#mask = maskOf(process.pid);
    this.#marked = this.#mask === undefined ? undefined : writeMask(maskFor(this.#mask));
  }

  /** Puts the functions of Node.js back. */
  uninstall(): void {
    this.#patches.undo();
    if (this.#mask !== undefined) writeMask(this.#mask);
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
    const find = (): Found[] => [...findMarked(scenario), ...this.#findDetached()];
    while (find().length > 0 && performance.now() < deadline) await pause(20);
    const leaks = new Map<number, ProcessLeak>();
    // A process may start another one before it ends.
    for (let round = 0; round < 50; round += 1) {
      const left = find();
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

  /** Whether a process with this environment may be a detached one: it does not name a scenario, nor another run of the features. */
  #mayBeOwn(environment: string | undefined): boolean {
    if (environment === undefined || environment.includes(`${variable}=`)) return false;
    return !environment.includes(`${workDirectoryVariable}=`) || environment.includes(this.#run);
  }

  /** Orphans without the variable: another environment was given to them. */
  #findDetached(): Found[] {
    const [mask, before] = [this.#marked, this.#before];
    if (mask === undefined) return [];
    return pids()
      .filter((pid) => !before.has(pid) && maskOf(pid) === mask && this.#mayBeOwn(readProc(pid, 'environ')))
      .filter((pid) => maskOf(ancestorOf(pid, before)) !== mask)
      .map((pid) => ({ pid, command: commandOf(pid), call: this.#calls.length - 1 }))
      .filter(({ command }) => command !== '');
  }
}

const maskOf = (pid: number): number | undefined => {
  const mask = Number.parseInt(readProc(pid, 'coredump_filter') ?? '', 16);
  return Number.isNaN(mask) ? undefined : mask;
};

/** Returns the mask that this process has then. */
const writeMask = (mask: number): number | undefined => {
  try {
    writeFileSync(maskFile, `0x${mask.toString(16)}`);
  } catch {
    // This system does not allow it.
  }
  return maskOf(process.pid);
};

/** The nearest ancestor of a process among the given ones, which started earlier. */
const ancestorOf = (pid: number, among: ReadonlySet<number>): number => {
  const parent = Number(/\) \S (\d+)/.exec(readProc(pid, 'stat') ?? '')?.[1] ?? 0);
  return parent === 0 || among.has(parent) ? parent : ancestorOf(parent, among);
};

const commandOf = (pid: number): string => (readProc(pid, 'cmdline') ?? '').replaceAll('\0', ' ').trim();

const findMarked = (scenario: string): Found[] =>
  pids().flatMap((pid) => {
    const [, call] = readProc(pid, 'environ')?.split(`${variable}=${scenario}:`) ?? [];
    if (call === undefined) return [];
    return [{ pid, command: commandOf(pid), call: Number.parseInt(call, 10) }];
  });

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
};
