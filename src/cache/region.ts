import { Keyv } from 'keyv';
import { freezeJson } from './frozen.js';
import type { CacheStore, Entry } from './memory-store.js';

/** A value, and whether it was in the store. */
export interface Cached<T> {
  readonly value: T;
  readonly hit: boolean;
}

/** What a region is made from. */
export interface RegionOptions {
  /** The name that the store's keys belong to, such as `rollcall:user`. */
  readonly name: string;
  readonly store: CacheStore;
  /** The time to live in force, in milliseconds; 0 keeps nothing. */
  readonly ttlMs: () => number;
  /** Wall time in milliseconds since the epoch. */
  readonly now: () => number;
  /** Called after each operation of the store, with the error when it failed. */
  readonly report: (operation: Operation, error?: unknown) => void;
}

/** What can fail in a store. */
export type Operation = 'get' | 'set' | 'delete' | 'clear';

/** One load under way, shared by all who ask meanwhile. */
interface Flight {
  readonly result: Promise<Cached<unknown>>;
  /** The value was invalidated while it was loaded: it must not be stored. */
  stale: boolean;
}

/** One namespace of the cache: keyv over one store, and the loads under way. */
export class Region {
  readonly #options: RegionOptions;
  readonly #keyv: Keyv<Entry>;
  readonly #flights = new Map<string, Flight>();
  /** The last write or deletion of each key that is under way: they reach the store in the order they were asked for. */
  readonly #tails = new Map<string, Promise<unknown>>();
  /** Entries loaded up to this time are not believed: the store failed to drop some of them. */
  #distrustedUntil = -Infinity;

  constructor(options: RegionOptions) {
    this.#options = options;
    this.#keyv = new Keyv<Entry>({
      store: options.store,
      namespace: options.name,
      // keyv does not prefix a key that already begins with the prefix, so a caller's text could name another's entry.
      useKeyPrefix: false,
      throwOnErrors: true,
      emitErrors: false,
    });
    // Entries are frozen and stay in the process: serialising them would cost more than the rest of a hit.
    this.#keyv.serialize = undefined;
    this.#keyv.deserialize = undefined;
  }

  /** The stored value, or that of `load`, which runs once for all who ask at the same time. */
  read<T>(key: string, load: () => Promise<T>): Promise<Cached<T>> {
    const flight = this.#flights.get(key) ?? this.#depart(key, load);
    // One key is always loaded as one type: the namespace and the key say which.
    return flight.result as Promise<Cached<T>>;
  }

  /** Drops one entry; neither it nor a load begun before the call is seen by reads that begin after it. */
  async delete(key: string): Promise<void> {
    this.#detach(key);
    await this.#inTurn(key, () => this.#drop('delete', () => this.#keyv.delete(key)));
    // Reads begun meanwhile may have met the old entry: nobody may join them any more.
    this.#detach(key);
  }

  /** @returns the number of entries dropped; 0 when the store failed, though none is served any more */
  async clear(): Promise<number> {
    this.#detachAll();
    await Promise.all(this.#tails.values());
    const dropped = await this.#drop('clear', async () => {
      const count = await this.#options.store.count();
      await this.#keyv.clear();
      return count;
    });
    this.#detachAll();
    return dropped ?? 0;
  }

  /** Ends the store's connection, if it has one. */
  async close(): Promise<void> {
    await this.#keyv.disconnect();
  }

  #depart(key: string, load: () => Promise<unknown>): Flight {
    const isOver = (): void => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    // The first step of a flight is a store's answer, which comes after this function: so `flight` is set by then.
    const flight: Flight = { stale: false, result: this.#fly(() => flight, key, load).finally(isOver) };
    this.#flights.set(key, flight);
    return flight;
  }

  async #fly(flight: () => Flight, key: string, load: () => Promise<unknown>): Promise<Cached<unknown>> {
    const entry = await this.#get(key);
    if (entry && this.#isFresh(entry)) return { value: entry.value, hit: true };
    const loadedAt = this.#options.now();
    const value = await load();
    const size = freezeJson(value);
    const ttlMs = this.#options.ttlMs();
    if (value !== undefined && ttlMs > 0 && !flight().stale) {
      await this.#inTurn(key, () => this.#set(key, { value, loadedAt, expiresAt: loadedAt + ttlMs, size }));
    }
    return { value, hit: false };
  }

  /** An entry from the future was stored before the clock was set back: its age is unknown. */
  #isFresh({ loadedAt, expiresAt }: Entry): boolean {
    const now = this.#options.now();
    const age = now - loadedAt;
    return age >= 0 && age < this.#options.ttlMs() && now < expiresAt && loadedAt > this.#distrustedUntil;
  }

  /** Leaves a flight to those aboard: nobody joins it any more, and its value is not stored. */
  #detach(key: string): void {
    const flight = this.#flights.get(key);
    if (flight) flight.stale = true;
    this.#flights.delete(key);
  }

  #detachAll(): void {
    for (const key of this.#flights.keys()) this.#detach(key);
  }

  /** @param act never fails */
  async #inTurn(key: string, act: () => Promise<unknown>): Promise<void> {
    const turn = (this.#tails.get(key) ?? Promise.resolve()).then(act);
    this.#tails.set(key, turn);
    await turn;
    if (this.#tails.get(key) === turn) this.#tails.delete(key);
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

  async #drop<T>(operation: 'delete' | 'clear', act: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await act();
      this.#options.report(operation);
      return result;
    } catch (error) {
      this.#distrustedUntil = this.#options.now();
      this.#options.report(operation, error);
      return undefined;
    }
  }
}
