import { captureStack, creationSite } from './creation-site.js';
import { Patches, type Method } from './patch.js';

/** This process, the one that started it, and their groups. */
const isOwn = (pid: unknown): boolean =>
  [process.pid, process.ppid, 0, -1, -process.pid, -process.ppid].includes(Number(pid));

/** Turns an attempt to end the process, which would end the run, into an error of the step. */
export class ExitGuard {
  readonly #patches = new Patches();
  #problems: string[] = [];

  /** @param root the directory of the project */
  constructor(private readonly root: string) {}

  /** Replaces the functions that end the process. */
  install(): void {
    for (const name of ['exit', 'abort'] as const) {
      this.#patches.method(process, name, () => this.#refuse(name));
    }
    this.#patches.method(process, 'disconnect', () => this.#refuse('disconnect'));
    this.#patches.method(process, 'reallyExit', (original) => this.#refuseDirect(original));
    this.#patches.method(process, 'kill', (original) => this.#refuseOwn(original));
  }

  /** Puts the functions back. */
  uninstall(): void {
    this.#patches.undo();
  }

  /** Begins a scenario. */
  begin(): void {
    this.#problems = [];
  }

  /** The attempts of the scenario. */
  end(): readonly string[] {
    return this.#problems.splice(0);
  }

  #refuse(name: string): Method {
    return (...args) => this.#fail(`process.${name}(${args.map(String).join(', ')})`);
  }

  /** The original process.exit() calls process.reallyExit(), which the runner needs. */
  #refuseDirect(original: Method): Method {
    const refuse = this.#refuse('reallyExit');
    return function (...args) {
      const isExiting = Reflect.get(process, '_exiting') === true;
      return (isExiting ? original : refuse).apply(this, args);
    };
  }

  /** Passes signals to other processes. Rejects those that end or stop this process, its parent or their groups. */
  #refuseOwn(original: Method): Method {
    const fail = (call: string): never => this.#fail(call);
    return function (...args) {
      const [pid, signal = 'SIGTERM'] = args;
      if (isOwn(pid) && /^SIG(?:KILL|TERM|INT|QUIT|ABRT|STOP|HUP)$|^(?:9|15|2)$/.test(String(signal))) {
        return fail(`process.kill(${String(pid)}, ${String(signal)})`);
      }
      return original.apply(this, args);
    };
  }

  #fail(call: string): never {
    const { place } = creationSite(captureStack(), this.root);
    const problem = `a step called ${call}${place === undefined ? '' : ` at ${place}`}, which would end the run`;
    this.#problems.push(problem);
    throw new Error(problem);
  }
}
