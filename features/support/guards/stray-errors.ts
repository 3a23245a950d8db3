import { AsyncLocalStorage } from 'node:async_hooks';
import { Patches } from './patch.js';

/** The scenario that an asynchronous operation belongs to. */
export interface ErrorOwner {
  readonly title: string;
  /** Problems found while the scenario runs. */
  readonly problems: string[];
  /** Exceptions that were passed to Cucumber. Cucumber ignores one that is thrown after the step has passed. */
  readonly passedOn: string[];
  hasEnded: boolean;
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !/node_modules|node:/.test(line));
  return [`${error.name}: ${error.message}`, ...frames.slice(0, 3)].join('\n');
};

/** Attributes rejected promises and exceptions that nobody handles to the scenario that started the operation. */
export class StrayErrors {
  readonly #storage = new AsyncLocalStorage<ErrorOwner>();
  readonly late: { scenario: string; problem: string }[] = [];
  readonly #patches = new Patches();
  #current: ErrorOwner | undefined;
  /** Whether the callback for uncaught exceptions is that of this class; Node.js does not expose this. */
  #isCapturing = false;

  /** Handles unhandled rejections and uncaught exceptions. */
  install(): void {
    process.on('unhandledRejection', this.#onRejection);
    const noteChange = (): void => {
      this.#isCapturing = false;
    };
    this.#patches.method(process, 'setUncaughtExceptionCaptureCallback', (original) => {
      return function (...args) {
        original.apply(this, args);
        noteChange();
      };
    });
    this.#capture();
  }

  /** Restores the default handling. */
  uninstall(): void {
    this.#patches.undo();
    process.off('unhandledRejection', this.#onRejection);
    process.setUncaughtExceptionCaptureCallback(null);
  }

  #capture(): void {
    try {
      // Node.js rejects a second callback.
      process.setUncaughtExceptionCaptureCallback(null);
      process.setUncaughtExceptionCaptureCallback(this.#onException);
    } catch (error) {
      if (codeOf(error) !== 'ERR_DOMAIN_CANNOT_SET_UNCAUGHT_EXCEPTION_CAPTURE') throw error;
      throw new Error(
        'a step file imports node:domain, which prevents errors from being attributed to their scenario; remove the import',
      );
    }
    this.#isCapturing = true;
  }

  /** Begins a scenario. */
  begin(title: string): void {
    this.#current = { title, problems: [], passedOn: [], hasEnded: false };
  }

  /**
   * Ends the scenario, and returns its problems; later ones are in `late`.
   * @param passed whether its steps have passed
   */
  async end(passed: boolean): Promise<readonly string[]> {
    // A promise that was rejected just now is reported after a turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    const owner = this.#current;
    this.#current = undefined;
    if (owner === undefined) return [];
    owner.hasEnded = true;
    const problems = [...owner.problems, ...(passed ? owner.passedOn : [])];
    if (this.#isCapturing) return problems;
    this.#capture();
    return [
      ...problems,
      'it changed the callback of process.setUncaughtExceptionCaptureCallback(), which was restored',
    ];
  }

  /** Calls a function; what it starts belongs to the current scenario. */
  run<T>(call: () => T): T {
    return this.#current === undefined ? call() : this.#storage.run(this.#current, call);
  }

  /** The title of the scenario that the running code belongs to, if it has ended. */
  endedTitle(): string | undefined {
    const owner = this.#storage.getStore();
    return owner?.hasEnded === true ? owner.title : undefined;
  }

  /** Reports a problem of a scenario that has ended. */
  report(scenario: string, problem: string): void {
    this.late.push({ scenario, problem });
  }

  readonly #onRejection = (reason: unknown): void => {
    this.#record(`unhandled promise rejection: ${describe(reason)}`);
  };

  readonly #onException = (error: Error): void => {
    const owner = this.#storage.getStore() ?? this.#current;
    // Cucumber fails the step that is running.
    if (owner === this.#current && process.listenerCount('uncaughtException') > 0) {
      owner?.passedOn.push(`uncaught exception: ${describe(error)}`);
      for (const listener of process.listeners('uncaughtException')) listener(error, 'uncaughtException');
      return;
    }
    this.#record(`uncaught exception: ${describe(error)}`);
  };

  #record(problem: string): void {
    const owner = this.#storage.getStore() ?? this.#current;
    if (owner === undefined) this.late.push({ scenario: 'a scenario', problem });
    else if (owner.hasEnded) this.late.push({ scenario: owner.title, problem });
    else owner.problems.push(problem);
  }
}
