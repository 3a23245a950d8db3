import { captureStack, creationSite, type CreationSite } from './creation-site.js';
import type { ProcessLeak } from './leak.js';
import { Patches } from './patch.js';

type Listener = (...args: unknown[]) => void;

const adders = ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener'] as const;

const listenersOf = (): Map<string | symbol, readonly unknown[]> =>
  new Map(process.eventNames().map((name) => [name, process.rawListeners(name)]));

/** Events whose listeners belong to the runner and to Node.js; libraries remove their own from others. */
const kept = [
  'unhandledRejection',
  'warning',
  'disconnect',
  'message',
  'internalMessage',
  'SIGINT',
  'SIGTERM',
] as const;

/** Follows the listeners of the process. Those of libraries stay: a logger, for example, flushes when the process exits. */
export class ProcessListeners {
  readonly #patches = new Patches();
  readonly #stacks = new WeakMap<object, Error>();
  #before = listenersOf();

  /** @param root the directory of the project */
  constructor(private readonly root: string) {}

  /** Replaces the functions that add listeners. */
  install(): void {
    const stacks = this.#stacks;
    for (const name of adders) {
      this.#patches.method(process, name, (original) => {
        return function (...args) {
          if (typeof args[1] === 'function') stacks.set(args[1], captureStack());
          return original.apply(this, args);
        };
      });
    }
  }

  /** Puts the functions back. */
  uninstall(): void {
    this.#patches.undo();
  }

  /** Begins a scenario: the listeners that are there now belong to no scenario. */
  begin(): void {
    this.#before = listenersOf();
  }

  /** Removes the listeners that steps or the service have added, adds those that they have removed, and names them. */
  restore(): ProcessLeak[] {
    return [...this.#removeAdded(), ...this.#addRemoved()];
  }

  #addRemoved(): ProcessLeak[] {
    return kept.flatMap((name) => {
      const current = new Set(process.rawListeners(name));
      const missing = (this.#before.get(name) ?? []).filter((listener) => !current.has(listener as Listener));
      for (const listener of missing) process.on(name as 'SIGINT', listener as Listener);
      if (missing.length === 0) return [];
      const cure = 'They were added again. Remove only listeners of the step.';
      return [{ what: `removed listeners of the process for "${name}"`, cure }];
    });
  }

  #removeAdded(): ProcessLeak[] {
    return [...listenersOf()].flatMap(([name, listeners]) => {
      const before = new Set(this.#before.get(name));
      return listeners
        .filter((listener): listener is Listener => !before.has(listener))
        .flatMap((listener) => {
          const site = this.#siteOf(listener);
          if (site?.packageName !== undefined) return [];
          process.removeListener(name, listener);
          return [
            {
              what: `a listener of the process for "${String(name)}"`,
              where: site?.place,
              cure: 'It was removed. Remove it with process.off() in the step, or in an After hook.',
            },
          ];
        });
    });
  }

  #siteOf(listener: Listener & { readonly listener?: Listener }): CreationSite | undefined {
    const stack = this.#stacks.get(listener) ?? this.#stacks.get(listener.listener ?? listener);
    return stack && creationSite(stack, this.root);
  }
}
