import asyncHooks from 'node:async_hooks';
import channels from 'node:diagnostics_channel';
import inspector from 'node:inspector';
import { PerformanceObserver } from 'node:perf_hooks';
import { inspect } from 'node:util';
import workerThreads from 'node:worker_threads';
import { captureStack, creationSite } from '../creation-site.js';
import type { ProcessLeak } from '../leak.js';
import { Patches, type Method } from '../patch.js';

/** Something that Node.js calls from now on. */
interface Subscription {
  readonly what: string;
  readonly stack: Error;
  /** Ends it, and returns whether it had not ended yet. */
  cancel(): boolean;
}

interface Channel {
  readonly name: string | symbol;
  unsubscribe(subscriber: unknown): boolean;
  unbindStore(store: unknown): boolean;
}

/** The prototype of channels with subscribers, to which Node.js passes all subscriptions. */
const activeChannel = (): object => {
  const name = 'rollcall:features';
  const subscriber = (): void => undefined;
  channels.subscribe(name, subscriber);
  const prototype = Object.getPrototypeOf(channels.channel(name)) as object;
  channels.unsubscribe(name, subscriber);
  return prototype;
};

/**
 * Follows subscribers of diagnostics channels, hooks of asynchronous operations, observers of performance, the inspector, and what new
 * worker threads are given.
 */
export class Subscriptions {
  readonly #patches = new Patches();
  #subscriptions: Subscription[] = [];

  /** @param root the directory of the project */
  constructor(private readonly root: string) {}

  /** Replaces the functions of Node.js that subscribe. */
  install(): void {
    const prototype = activeChannel();
    this.#patches.method(prototype, 'subscribe', (original) =>
      this.#follow(original, (channel: Channel, subscriber) => ({
        what: `a subscriber of the diagnostics channel "${String(channel.name)}"`,
        cancel: () => channel.unsubscribe(subscriber),
      })),
    );
    this.#patches.method(prototype, 'bindStore', (original) =>
      this.#follow(original, (channel: Channel, store) => ({
        what: `a store that is bound to the diagnostics channel "${String(channel.name)}"`,
        cancel: () => channel.unbindStore(store),
      })),
    );
    this.#installObservers();
    // An inspector that a signal has opened is left open: a developer debugs the run.
    this.#patches.method(inspector, 'open', (original) =>
      this.#follow(original, () => {
        const url = inspector.url();
        const cancel = (): boolean => {
          const wasOpen = url !== undefined && inspector.url() === url;
          if (wasOpen) inspector.close();
          return wasOpen;
        };
        return { what: `an open inspector, ${String(url)}`, cancel };
      }),
    );
    this.#patches.method(workerThreads, 'setEnvironmentData', (original) =>
      this.#follow(original, (_target, key) => ({
        what: `environment data of worker threads, ${inspect(key)}`,
        cancel: () => {
          const value: unknown = workerThreads.getEnvironmentData(key as string);
          original(key, undefined);
          return value !== undefined;
        },
      })),
    );
    this.#patches.publish();
  }

  #installObservers(): void {
    const observing = new WeakSet();
    this.#patches.method(PerformanceObserver.prototype, 'observe', (original) =>
      this.#follow(original, (observer: PerformanceObserver) => {
        observing.add(observer);
        const cancel = (): boolean => {
          const wasObserving = observing.has(observer);
          observer.disconnect();
          return wasObserving;
        };
        return { what: 'an observer of performance entries', cancel };
      }),
    );
    this.#patches.method(PerformanceObserver.prototype, 'disconnect', (original) => {
      return function (...args) {
        observing.delete(this as object);
        return original.apply(this, args);
      };
    });
    // Only hooks that code creates itself: AsyncLocalStorage uses one as well.
    this.#patches.method(asyncHooks, 'createHook', (original) => {
      const follow = this.#followHook.bind(this);
      return function (...args) {
        return follow(original.apply(this, args) as asyncHooks.AsyncHook);
      };
    });
  }

  /** Puts the functions of Node.js back. */
  uninstall(): void {
    this.#patches.undo();
  }

  /** Begins a scenario. */
  begin(): void {
    this.#subscriptions = [];
  }

  /** Ends what code of the project has subscribed and left, and names it. */
  restore(): ProcessLeak[] {
    return this.#subscriptions.splice(0).flatMap(({ what, stack, cancel }) => {
      const { place, packageName } = creationSite(stack, this.root);
      if (packageName !== undefined || place === undefined || !cancel()) return [];
      return [{ what, where: place, cure: 'It was removed. Remove it in the step, or in an After hook.' }];
    });
  }

  #follow<T>(original: Method, describe: (target: T, argument: unknown) => Omit<Subscription, 'stack'>): Method {
    const note = (target: unknown, argument: unknown): void => {
      this.#subscriptions.push({ ...describe(target as T, argument), stack: captureStack() });
    };
    return function (...args) {
      const result = original.apply(this, args);
      note(this, args[0]);
      return result;
    };
  }

  #followHook(hook: asyncHooks.AsyncHook): asyncHooks.AsyncHook {
    let isEnabled = false;
    const [enable, disable] = [hook.enable.bind(hook), hook.disable.bind(hook)];
    const cancel = (): boolean => {
      const wasEnabled = isEnabled;
      hook.disable();
      return wasEnabled;
    };
    hook.enable = () => {
      isEnabled = true;
      this.#subscriptions.push({ what: 'an enabled hook of async_hooks', stack: captureStack(), cancel });
      return enable();
    };
    hook.disable = () => {
      isEnabled = false;
      return disable();
    };
    return hook;
  }
}
