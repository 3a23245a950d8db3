import module from 'node:module';
import v8 from 'node:v8';
import type { Method } from '../patch.js';
import { RejectedCalls } from './rejected-calls.js';

const freezers = ['freeze', 'seal', 'preventExtensions'] as const;

const owners = ['setuid', 'setgid', 'seteuid', 'setegid', 'setgroups', 'initgroups'] as const;

/** Makes a step fail if it calls a function whose effect on later scenarios cannot be undone. */
export class IrreversibleCalls extends RejectedCalls {
  /**
   * @param root the directory of the project
   * @param isShared whether later scenarios use an object
   */
  constructor(
    root: string,
    private readonly isShared: (target: unknown) => boolean,
  ) {
    super(root);
  }

  /** Replaces the functions. */
  override install(): void {
    for (const name of freezers) {
      this.patches.method(Object, name, (original) => this.#guard(original, `Object.${name}()`, true));
    }
    this.patches.method(Reflect, 'preventExtensions', (original) =>
      this.#guard(original, 'Reflect.preventExtensions()', true),
    );
    for (const name of owners) {
      this.patches.method(process, name, (original) => this.#guard(original, `process.${name}()`, false));
    }
    this.patches.method(v8, 'setFlagsFromString', (original) =>
      this.#guard(original, 'v8.setFlagsFromString()', false),
    );
    for (const name of ['register', 'registerHooks']) {
      if (name in module) {
        this.patches.method(module, name, (original) => this.#guard(original, `module.${name}()`, false));
      }
    }
    this.patches.publish();
  }

  #guard(original: Method, name: string, needsShared: boolean): Method {
    const { isShared } = this;
    const check = (target: unknown): void => {
      if (!this.isCalledByStep()) return;
      const object = needsShared && typeof target === 'function' ? ` on ${target.name}` : '';
      this.reject(`${name}${object}`, 'cannot be undone for later scenarios', ' at an unknown place');
    };
    return function (...args) {
      if (!needsShared || isShared(args[0])) check(args[0]);
      return original.apply(this, args);
    };
  }
}
