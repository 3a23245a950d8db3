import { Cache, cacheNamespaces, type CacheNamespace, type CacheOptions } from '../../src/cache/cache.js';
import { MemoryStore, type CacheStore, type StoredEntry } from '../../src/cache/memory-store.js';

/** A cache with settings that a test may change, a clock that it may move, and the log that it wrote. */
export const makeCache = (options: Partial<CacheOptions> = {}) => {
  const ttl = Object.fromEntries(cacheNamespaces.map((name) => [name, 60_000])) as Record<CacheNamespace, number>;
  const settings = { enabled: true, ttl };
  const clock = {
    ms: Date.UTC(2026, 0, 1),
    now: () => new Date(clock.ms),
    advance: (ms: number) => {
      clock.ms += ms;
    },
  };
  const lines: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  const line = (level: string) => (fields: Record<string, unknown>, message: string) => {
    lines.push({ level, message, fields });
  };
  const log = { info: line('info'), warn: line('warn') } as CacheOptions['log'];
  const cache = new Cache({ settings: { current: { cache: settings } }, clock, prefix: 'test', log, ...options });
  return { cache, settings, clock, lines };
};

/** A loader that counts its runs and returns the value that the test has set last. */
export const makeSource = <T>(value: T) => {
  const source = {
    value,
    loads: 0,
    load: (): Promise<T> => {
      source.loads += 1;
      return Promise.resolve(source.value);
    },
  };
  return source;
};

/** A promise and what settles it. */
export const makeGate = <T = void>() => {
  let open: (value: T) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const passed = new Promise<T>((resolve, reject) => {
    [open, fail] = [resolve, reject];
  });
  return { passed, open, fail };
};

/** Lets everything that is already due run. */
export const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A store whose operations fail while `failing` names them, or wait for a gate of the test. */
export class FaultyStore implements CacheStore {
  readonly inner = new MemoryStore();
  failing = new Set<string>();
  readonly gates = new Map<string, Promise<void>>();
  readonly calls: string[] = [];

  get(key: string): Promise<StoredEntry | undefined> {
    return this.#run('get', () => this.inner.get(key));
  }

  set(key: string, stored: StoredEntry): Promise<void> {
    return this.#run('set', () => this.inner.set(key, stored));
  }

  delete(key: string): Promise<boolean> {
    return this.#run('delete', () => this.inner.delete(key));
  }

  clear(): Promise<void> {
    return this.#run('clear', () => this.inner.clear());
  }

  count(): Promise<number> {
    return this.inner.count();
  }

  async #run<T>(operation: string, act: () => Promise<T>): Promise<T> {
    this.calls.push(operation);
    await this.gates.get(operation);
    if (this.failing.has(operation)) throw new Error(`the store cannot ${operation}`);
    return act();
  }
}
