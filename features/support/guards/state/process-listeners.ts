import type { EventEmitter } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { captureStack, creationSite, type CreationSite } from '../creation-site.js';
import type { ProcessLeak } from '../leak.js';
import { Patches } from '../patch.js';

type Listener = (...args: unknown[]) => void;

const adders = ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener'] as const;

/** An emitter of the process. */
interface Watched {
  readonly name: string;
  readonly target: EventEmitter;
  /** Events whose listeners belong to the runner and to Node.js; libraries remove their own from others. */
  readonly kept: readonly string[];
}

const streams = ['stdin', 'stdout', 'stderr'] as const;

const emitters = (): Watched[] => [
  { name: 'http.globalAgent', target: http.globalAgent, kept: [] },
  { name: 'https.globalAgent', target: https.globalAgent, kept: [] },
  {
    name: 'the process',
    target: process,
    kept: ['unhandledRejection', 'warning', 'disconnect', 'message', 'internalMessage', 'SIGINT', 'SIGTERM'],
  },
  ...streams.map((name) => ({ name: `process.${name}`, target: process[name] as EventEmitter, kept: [] })),
];

const listenersOf = (target: EventEmitter): Map<string | symbol, readonly unknown[]> =>
  new Map(target.eventNames().map((name) => [name, target.rawListeners(name)]));

/** Follows the listeners of the process, of its streams and of the global HTTP agents. Those of libraries stay: a logger, for example, flushes on exit. */
export class ProcessListeners {
  readonly #patches = new Patches();
  readonly #stacks = new WeakMap<object, Error>();
  readonly #emitters = emitters();
  #before = this.#capture();
  #isFlowing = false;

  /** @param root the directory of the project */
  constructor(private readonly root: string) {}

  /** Replaces the functions that add listeners. */
  install(): void {
    const stacks = this.#stacks;
    for (const { target } of this.#emitters) {
      for (const name of adders) {
        this.#patches.method(target, name, (original) => {
          return function (...args) {
            if (typeof args[1] === 'function') stacks.set(args[1], captureStack());
            return original.apply(this, args);
          };
        });
      }
    }
  }

  /** Restores the original functions. */
  uninstall(): void {
    this.#patches.undo();
  }

  /** Begins a scenario: the listeners that are there now belong to no scenario. */
  begin(): void {
    this.#before = this.#capture();
    this.#isFlowing = process.stdin.readableFlowing === true;
  }

  /** Removes the listeners that steps or the service have added, adds those that they have removed, and names them. */
  restore(): ProcessLeak[] {
    const leaks = this.#emitters.flatMap((watched, index) => {
      const before = this.#before[index] ?? new Map<string | symbol, readonly unknown[]>();
      return [...this.#removeAdded(watched, before), ...addRemoved(watched, before)];
    });
    if (this.#isFlowing || process.stdin.readableFlowing !== true) return leaks;
    process.stdin.pause();
    const cure = 'It was paused. Call process.stdin.pause() in the step, or in an After hook.';
    return [...leaks, { what: 'a resumed process.stdin', cure }];
  }

  #capture(): Map<string | symbol, readonly unknown[]>[] {
    return this.#emitters.map(({ target }) => listenersOf(target));
  }

  #removeAdded(
    { name: emitter, target }: Watched,
    known: ReadonlyMap<string | symbol, readonly unknown[]>,
  ): ProcessLeak[] {
    return [...listenersOf(target)].flatMap(([name, listeners]) => {
      const before = new Set(known.get(name));
      return listeners
        .filter((listener): listener is Listener => !before.has(listener))
        .flatMap((listener) => {
          const site = this.#siteOf(listener);
          // Node.js adds listeners to its streams for the pipes of child processes.
          if (site?.packageName !== undefined || (target !== process && site?.place === undefined)) return [];
          target.removeListener(name, listener);
          return [
            {
              what: `a listener of ${emitter} for "${String(name)}"`,
              where: site?.place,
              cure: `It was removed. Remove it with ${emitter.replace('the ', '')}.off() in the step, or in an After hook.`,
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

const addRemoved = (
  { target, kept }: Watched,
  before: ReadonlyMap<string | symbol, readonly unknown[]>,
): ProcessLeak[] =>
  kept.flatMap((name) => {
    const current = new Set(target.rawListeners(name));
    const missing = (before.get(name) ?? []).filter((listener) => !current.has(listener as Listener));
    for (const listener of missing) target.on(name, listener as Listener);
    if (missing.length === 0) return [];
    const cure = 'They were added again. Remove only listeners of the step.';
    return [{ what: `removed listeners of the process for "${name}"`, cure }];
  });
