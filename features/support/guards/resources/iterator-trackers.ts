import type { Method } from '../patch.js';
import type { Track } from './resource-trackers.js';

/** What an operation with a signal is shown as. */
interface Shown {
  readonly describe: (args: readonly unknown[]) => string;
  readonly cure: string;
  readonly handleType?: string;
  /** The position of the options. */
  readonly position: number;
}

/** The options among the arguments; undefined if Node.js rejects them. */
const optionsOf = (args: readonly unknown[], position: number): { signal?: AbortSignal; ref?: boolean } | undefined => {
  const options = args[position] ?? {};
  if (typeof options === 'string') return { encoding: options } as object;
  return typeof options === 'object' ? options : undefined;
};

/** Passes a signal that closes the operation, next to the one of the caller. */
const withSignal = (args: readonly unknown[], position: number, signal: AbortSignal): unknown[] => {
  const options = optionsOf(args, position);
  const all = Array.from({ length: Math.max(args.length, position + 1) }, (_, index) => args[index]);
  all[position] = {
    ...options,
    signal: options?.signal === undefined ? signal : AbortSignal.any([options.signal, signal]),
  };
  return all;
};

/** Settles as a promise does, but not after the signal. */
const unlessAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    promise.then(
      (value) => {
        if (!signal.aborted) resolve(value);
      },
      (error: unknown) => {
        // The error of the abort is that of the guard, and not of the step.
        if (!signal.aborted) reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });

/** Tracks a pending promise. Once closed, it never settles, so the code that awaits it does not continue. */
export const trackPromise = (original: Method, { describe, cure, position }: Shown, track: Track): Method =>
  function (...args) {
    const options = optionsOf(args, position);
    if (options === undefined) return original.apply(this, args);
    const controller = new AbortController();
    let isOpen = true;
    const waiting = original.apply(this, withSignal(args, position, controller.signal)) as Promise<unknown>;
    const end = (): void => {
      isOpen = false;
    };
    waiting.then(end, end);
    track({
      isOpen: () => isOpen,
      hasRef: () => options.ref !== false,
      describe: () => describe(args),
      mayEnd: true,
      cure,
      close: () => {
        controller.abort();
      },
      handles: () => [],
    });
    return unlessAborted(waiting, controller.signal);
  };

/** Tracks a pending iterator. Once closed, the loop over it does not continue. */
export const trackIterator = (
  original: Method,
  { describe, cure, position, handleType }: Shown,
  track: Track,
): Method =>
  function (...args) {
    const options = optionsOf(args, position);
    if (options === undefined) return original.apply(this, args);
    const controller = new AbortController();
    let state: 'new' | 'open' | 'ended' = 'new';
    const iterator = original.apply(this, withSignal(args, position, controller.signal)) as AsyncGenerator;
    const end = (): void => {
      state = 'ended';
    };
    const follow = (step: Promise<IteratorResult<unknown>>): Promise<IteratorResult<unknown>> => {
      step.then(({ done }) => {
        if (done === true) end();
      }, end);
      return unlessAborted(step, controller.signal);
    };
    track({
      isOpen: () => state === 'open',
      hasRef: () => options.ref !== false,
      describe: () => describe(args),
      mayEnd: false,
      cure,
      ...(handleType !== undefined && { handleType }),
      close: () => {
        controller.abort();
      },
      handles: () => [],
    });
    return {
      next() {
        if (state === 'new') state = 'open';
        return follow(iterator.next());
      },
      return(value: unknown) {
        state = 'ended';
        return follow(iterator.return(value));
      },
      throw: (error: unknown) => follow(iterator.throw(error)),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };
