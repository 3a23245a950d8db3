import { Keyv } from 'keyv';
import { freezeJson } from './frozen.js';
import type { CacheStore, Entry } from './memory-store.js';

/** A value, and whether it came from the store. */
export interface Cached<T> {
  readonly value: T;
  readonly hit: boolean;
}

/** Options for `NamespaceCache`. */
export interface NamespaceCacheOptions {
  /** Namespace of the keys in the store, such as `rollcall:user`. */
  readonly name: string;
  readonly store: CacheStore;
  /** The current time to live in milliseconds; 0 stores nothing. */
  readonly ttlMs: () => number;
  /** Wall time in milliseconds since the epoch. */
  readonly now: () => number;
  /** Called after each store operation, with the error if it failed. */
  readonly report: (operation: Operation, error?: unknown) => void;
}

/** The store operations that can fail. */
export type Operation = 'get' | 'set' | 'delete' | 'clear';

/** A load in progress, shared by concurrent reads. */
interface InFlightLoad {
  readonly result: Promise<Cached<unknown>>;
  /** Whether the key was invalidated during the load, so that the value must not be stored. */
  stale: boolean;
}

/** One namespace of the cache: a keyv instance over one store, and the loads in progress. */
export class NamespaceCache {
  readonly #options: NamespaceCacheOptions;
  readonly #keyv: Keyv<Entry>;
  readonly #loads = new Map<string, InFlightLoad>();
  /** The last pending write or deletion of each key, so that they reach the store in order. */
  readonly #pending = new Map<string, Promise<unknown>>();
  /** Entries loaded up to this time are ignored, because the store failed to delete some of them. */
  #invalidUntil = -Infinity;

  constructor(options: NamespaceCacheOptions) {
    this.#options = options;
    this.#keyv = new Keyv<Entry>({
      store: options.store,
      namespace: options.name,
      // keyv does not prefix a key that already begins with the prefix, so input could collide with the key of another entry.
      useKeyPrefix: false,
      throwOnErrors: true,
      emitErrors: false,
    });
    // Entries are frozen and stay in the process, so they need no serialization, which would dominate the cost of a hit.
    this.#keyv.serialize = undefined;
    this.#keyv.deserialize = undefined;
  }

  /** Returns the stored value, or the result of `load`, which runs once for concurrent reads. */
  read<T>(key: string, load: () => Promise<T>): Promise<Cached<T>> {
    const inFlight = this.#loads.get(key) ?? this.#startLoad(key, load);
    // The namespace and the key determine the type.
    return inFlight.result as Promise<Cached<T>>;
  }

  /** Deletes one entry. Reads that start later see neither the entry nor the result of a load that started before. */
  async delete(key: string): Promise<void> {
    this.#detach(key);
    await this.#inOrder(key, () => this.#drop('delete', () => this.#keyv.delete(key)));
    // Reads that started during the deletion may have found the old entry, so later reads must not share their load.
    this.#detach(key);
  }

  /** @returns the number of deleted entries; 0 if the store failed, although no entry is served any more */
  async clear(): Promise<number> {
    this.#detachAll();
    await Promise.all(this.#pending.values());
    const dropped = await this.#drop('clear', async () => {
      const count = await this.#options.store.count();
      await this.#keyv.clear();
      return count;
    });
    this.#detachAll();
    return dropped ?? 0;
  }

  /** Closes the connection of the store, if any. */
  async close(): Promise<void> {
    await this.#keyv.disconnect();
  }

  #startLoad(key: string, load: () => Promise<unknown>): InFlightLoad {
    const remove = (): void => {
      if (this.#loads.get(key) === inFlight) this.#loads.delete(key);
    };
    // A load first awaits the store, so `inFlight` is assigned before it is used.
    const inFlight: InFlightLoad = { stale: false, result: this.#load(() => inFlight, key, load).finally(remove) };
    this.#loads.set(key, inFlight);
    return inFlight;
  }

  async #load(inFlight: () => InFlightLoad, key: string, load: () => Promise<unknown>): Promise<Cached<unknown>> {
    const entry = await this.#get(key);
    if (entry && this.#isFresh(entry)) return { value: entry.value, hit: true };
    const loadedAt = this.#options.now();
    const value = await load();
    const size = freezeJson(value);
    const ttlMs = this.#options.ttlMs();
    if (value !== undefined && ttlMs > 0 && !inFlight().stale) {
      await this.#inOrder(key, () => this.#set(key, { value, loadedAt, expiresAt: loadedAt + ttlMs, size }));
    }
    return { value, hit: false };
  }

  /** If the clock was set back, the age of an entry is unknown, so it is not fresh. */
  #isFresh({ loadedAt, expiresAt }: Entry): boolean {
    const now = this.#options.now();
    const age = now - loadedAt;
    return age >= 0 && age < this.#options.ttlMs() && now < expiresAt && loadedAt > this.#invalidUntil;
  }

  /** Detaches a load in progress: its waiters get the value, later reads do not share it, and it is not stored. */
  #detach(key: string): void {
    const inFlight = this.#loads.get(key);
    if (inFlight) inFlight.stale = true;
    this.#loads.delete(key);
  }

  #detachAll(): void {
    for (const key of this.#loads.keys()) this.#detach(key);
  }

  /**
   * Runs operations on one key in order.
   * @param operation must not reject
   */
  async #inOrder(key: string, operation: () => Promise<unknown>): Promise<void> {
    const last = (this.#pending.get(key) ?? Promise.resolve()).then(operation);
    this.#pending.set(key, last);
    await last;
    if (this.#pending.get(key) === last) this.#pending.delete(key);
  }

  async #get(key: string): Promise<Entry | undefined> {
    try {
      const entry = await this.#keyv.get(key);
      this.#options.report('get');
      return entry;
    } catch (error) {
      this.#options.report('get', error);
      return undefined;
    }
  }

  async #set(key: string, entry: Entry): Promise<void> {
    try {
      await this.#keyv.set(key, entry);
      this.#options.report('set');
    } catch (error) {
      this.#options.report('set', error);
    }
  }

  async #drop<T>(operation: 'delete' | 'clear', remove: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await remove();
      this.#options.report(operation);
      return result;
    } catch (error) {
      this.#invalidUntil = this.#options.now();
      this.#options.report(operation, error);
      return undefined;
    }
  }
}
