import { ExitGuard } from './calls/exit-guard.js';
import { FileDescriptors } from './files/file-descriptors.js';
import { FileWrites } from './files/file-writes.js';
import { IrreversibleCalls } from './calls/irreversible-calls.js';
import { leakText } from './leak.js';
import { LibraryState } from './state/library-state.js';
import { OpenResources } from './resources/open-resources.js';
import { OrphanedProcesses } from './resources/orphaned-processes.js';
import { ProcessListeners } from './state/process-listeners.js';
import { ProcessState } from './state/process-state.js';
import { loadedModules, loadModules } from './state/project-modules.js';
import { StrayErrors } from './stray-errors.js';
import { Subscriptions } from './state/subscriptions.js';

/** Options for the guard of a process. */
export interface ProcessGuardOptions {
  /** The directory of the project. */
  readonly root: string;
  /** Directories in which scenarios may leave files. */
  readonly ignored: readonly string[];
  readonly databasePort: number | undefined;
}

/**
 * Finds what a scenario leaves behind in the process: open resources (`resources/`), changed state (`state/`), files (`files/`),
 * calls that would end the run or cannot be undone (`calls/`), and errors. It closes or restores everything, so that the next
 * scenario finds the process as the first one did.
 */
export class ProcessGuard {
  private constructor(
    private readonly resources: OpenResources,
    private readonly state: ProcessState,
    private readonly listeners: ProcessListeners,
    private readonly subscriptions: Subscriptions,
    private readonly files: FileWrites,
    private readonly descriptors: FileDescriptors,
    private readonly processes: OrphanedProcesses,
    private readonly exits: ExitGuard,
    private readonly irreversible: IrreversibleCalls,
    private readonly libraries: LibraryState,
    private readonly errors: StrayErrors,
  ) {}

  /** Replaces the functions of Node.js that are followed, and captures the state of the process. */
  static async install({ root, ignored, databasePort }: ProcessGuardOptions): Promise<ProcessGuard> {
    const modules = await loadModules(root);
    const errors = new StrayErrors();
    const resources = new OpenResources(root, databasePort, errors);
    const [files, descriptors] = [new FileWrites(root, ignored), new FileDescriptors(root)];
    const processes = new OrphanedProcesses(root);
    const exits = new ExitGuard(root);
    const [listeners, subscriptions] = [new ProcessListeners(root), new Subscriptions(root)];
    listeners.install();
    subscriptions.install();
    resources.install();
    files.install();
    descriptors.install();
    processes.install();
    exits.install();
    errors.install();
    const libraries = new LibraryState(root);
    const shared: { watches?: (target: unknown) => boolean } = {};
    const irreversible = new IrreversibleCalls(root, (target) => shared.watches?.(target) === true);
    irreversible.install();
    const state = new ProcessState(modules, loadedModules(root));
    shared.watches = state.watches.bind(state);
    return new ProcessGuard(
      ...([resources, state, listeners, subscriptions, files, descriptors, processes] as const),
      ...([exits, irreversible, libraries, errors] as const),
    );
  }

  /** Puts the functions of Node.js back. */
  uninstall(): void {
    const { errors, irreversible, exits, processes, descriptors, files, resources, subscriptions, listeners } = this;
    const parts = [errors, irreversible, exits, processes, descriptors, files, resources, subscriptions, listeners];
    for (const part of parts) part.uninstall();
  }

  /** Begins a scenario. */
  begin(title: string): void {
    this.resources.begin();
    this.listeners.begin();
    this.subscriptions.begin();
    this.files.begin();
    this.descriptors.begin();
    this.processes.begin();
    this.exits.begin();
    this.irreversible.begin();
    this.errors.begin(title);
  }

  /** Begins a step. */
  beginStep(step: string): void {
    this.resources.beginStep(step);
    this.state.beginStep(step);
  }

  /** Calls a step or hook; what it starts belongs to the current scenario. */
  run<T>(call: () => T): T {
    return this.errors.run(call);
  }

  /**
   * Puts back the state of the process, which the end of a scenario itself depends on.
   * @returns problems
   */
  restore(): string[] {
    // Subscribers first: the others may call them.
    const leaks = [...this.subscriptions.restore(), ...this.state.restore(), ...this.listeners.restore()];
    leaks.push(...this.libraries.restore());
    return [...this.exits.end(), ...this.irreversible.end(), ...leaks.map(leakText)];
  }

  /**
   * Ends the scenario: closes what it left open and removes its files.
   * @param passed whether its steps have passed
   * @returns problems
   */
  async end(passed: boolean): Promise<string[]> {
    // Processes first: as long as they run, they may write files.
    const leaks = [...(await this.resources.end()), ...(await this.processes.end())];
    leaks.push(...this.files.end(), ...(await this.descriptors.end()));
    leaks.push(...this.subscriptions.restore());
    // What ended while the scenario was closed may have changed the state again.
    if (leaks.length > 0 || this.resources.hasWaited) leaks.push(...this.state.restore());
    return leaks.map(leakText).concat(await this.errors.end(passed));
  }

  /** Errors of scenarios that had ended. */
  get late(): readonly { readonly scenario: string; readonly problem: string }[] {
    return this.errors.late;
  }
}
