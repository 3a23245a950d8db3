import { callerPackage, captureStack, isCalledBy } from '../creation-site.js';
import type { Method } from '../patch.js';
import { RejectedCalls } from './rejected-calls.js';

/** This process, the one that started it, and their groups. */
const isOwn = (pid: unknown): boolean =>
  [process.pid, process.ppid, 0, -1, -process.pid, -process.ppid].includes(Number(pid));

/** Turns an attempt to end the process, which would end the run, into an error of the step. */
export class ExitGuard extends RejectedCalls {
  /** Replaces the functions that end the process. */
  override install(): void {
    this.patches.method(process, 'exit', (original) => this.#refuseExit(original));
    this.patches.method(process, 'abort', () => this.#refuse('abort'));
    this.patches.method(process, 'disconnect', (original) => this.#refuseDisconnect(original));
    this.patches.method(process, 'reallyExit', (original) => this.#refuseDirect(original));
    this.patches.method(process, 'kill', (original) => this.#refuseOwn(original));
  }

  #refuse(name: string): Method {
    return (...args) => this.#fail(`process.${name}(${args.map(String).join(', ')})`);
  }

  /** Cucumber ends a worker process in which a hook outside of the scenarios has failed. */
  #refuseExit(original: Method): Method {
    const refuse = this.#refuse('exit');
    return function (...args) {
      return (callerPackage() === '@cucumber/cucumber' ? original : refuse).apply(this, args);
    };
  }

  /** Node.js itself calls process.disconnect() when the parent process closes the channel or ends. */
  #refuseDisconnect(original: Method): Method {
    const refuse = this.#refuse('disconnect');
    return function (...args) {
      const isByNode = isCalledBy(captureStack(), 'node:internal/child_process');
      return (isByNode ? original : refuse).apply(this, args);
    };
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
    return this.reject(call, 'would end the run');
  }
}
