import { captureStack, creationSite } from '../creation-site.js';
import { Patches } from '../patch.js';

/** Turns calls of a step that would affect the run or later scenarios into errors of the step. */
export abstract class RejectedCalls {
  protected readonly patches = new Patches();
  #problems: string[] = [];

  /** @param root the directory of the project */
  constructor(private readonly root: string) {}

  /** Replaces the functions that a step must not call. */
  abstract install(): void;

  /** Restores the original functions. */
  uninstall(): void {
    this.patches.undo();
  }

  /** Begins a scenario. */
  begin(): void {
    this.#problems = [];
  }

  /** The rejected calls of the scenario. */
  end(): readonly string[] {
    return this.#problems.splice(0);
  }

  /** Whether a step makes the present call, and not the service or a library. */
  protected isCalledByStep(): boolean {
    return creationSite(captureStack(), this.root).isStepCode;
  }

  /** Fails the step, and the scenario even if the step catches the error. */
  protected reject(call: string, consequence: string, unknownPlace = ''): never {
    const { place } = creationSite(captureStack(), this.root);
    const problem = `a step called ${call}${place === undefined ? unknownPlace : ` at ${place}`}, which ${consequence}`;
    this.#problems.push(problem);
    throw new Error(problem);
  }
}
