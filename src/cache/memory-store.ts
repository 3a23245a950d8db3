import { LRUCache } from 'lru-cache';

/** What is kept for a key. Times are wall time in milliseconds since the epoch. */
export interface Entry {
  /** Frozen JSON data. */
  readonly value: unknown;
  /** When the load of the value began: it cannot be younger than that. */
  readonly loadedAt: number;
  readonly expiresAt: number;
  /** Bytes, roughly. */
  readonly size: number;
}

/** What keyv hands to a store that needs no serialisation. */
export interface StoredEntry {
  readonly value: Entry;
}

/** What a store must do to stand behind the cache; keyv's adapters do, but for `count`. */
export interface CacheStore {
  get(key: string): Promise<StoredEntry | undefined>;
  set(key: string, stored: StoredEntry): Promise<void>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
  /** The number of entries held, expired ones included. */
  count(): Promise<number>;
}

/** Bytes that one namespace may hold, roughly. */
export const bytesPerNamespace = 16 * 1024 * 1024;

/** A store in the memory of the process, bounded by size: the entries not asked for longest go first. */
export class MemoryStore implements CacheStore {
  readonly #entries: LRUCache<string, StoredEntry>;

  /** @param bytes what all entries together may take; an entry that alone takes more is not kept */
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

/** Bytes of the list's links, the entry and its envelope. */
const entryOverhead = 200;
