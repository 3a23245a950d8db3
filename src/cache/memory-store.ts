import { LRUCache } from 'lru-cache';

/** A cache entry. Times are wall time in milliseconds since the epoch. */
export interface Entry {
  /** Frozen JSON data. */
  readonly value: unknown;
  /** When the load started: the value may be that old. */
  readonly loadedAt: number;
  readonly expiresAt: number;
  /** Approximate size in bytes. */
  readonly size: number;
}

/** An entry as keyv passes it to a store without serialization. */
export interface StoredEntry {
  readonly value: Entry;
}

/** A store of the cache: a keyv storage adapter with an additional `count`. */
export interface CacheStore {
  get(key: string): Promise<StoredEntry | undefined>;
  set(key: string, stored: StoredEntry): Promise<void>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
  /** The number of entries, including expired ones. */
  count(): Promise<number>;
}

/** Maximum size of one namespace, in bytes. */
export const bytesPerNamespace = 16 * 1024 * 1024;

/** An in-memory store with a maximum size; the least recently used entries are evicted first. */
export class MemoryStore implements CacheStore {
  readonly #entries: LRUCache<string, StoredEntry>;

  /** @param bytes maximum total size; a larger entry is not stored */
  constructor(bytes: number = bytesPerNamespace) {
    this.#entries = new LRUCache({
      maxSize: bytes,
      sizeCalculation: ({ value }, key) => value.size + key.length * 2 + entryOverhead,
    });
  }

  get(key: string): Promise<StoredEntry | undefined> {
    return Promise.resolve(this.#entries.get(key));
  }

  set(key: string, stored: StoredEntry): Promise<void> {
    this.#entries.set(key, stored);
    return Promise.resolve();
  }

  delete(key: string): Promise<boolean> {
    return Promise.resolve(this.#entries.delete(key));
  }

  clear(): Promise<void> {
    this.#entries.clear();
    return Promise.resolve();
  }

  count(): Promise<number> {
    return Promise.resolve(this.#entries.size);
  }
}

/** Overhead of one entry in bytes: list links, entry and wrapper object. */
const entryOverhead = 200;
