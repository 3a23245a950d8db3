import type { KeyObject } from 'node:crypto';
import { Mutex } from 'async-mutex';
import type { Clock } from '../clock.js';
import { notFound } from '../errors/not-found.js';
import type { Logger } from '../observability/logger.js';
import type { SecretBox } from './secret-box.js';
import { fingerprintOf, type KeyAlgorithm, type KeyMaterial } from './key-material.js';
import type { KeyState, KeyStore, StoredKey } from './key-store.js';
import { UnknownKeyIds } from './unknown-key-ids.js';
import { KeyRingError, createKey, decryptKey } from './encrypted-key.js';
import type { KeyRingSettings, LiveSettings } from './settings.js';

export type { KeyAlgorithm } from './key-material.js';
export type { KeyState, KeyStore, StoredKey } from './key-store.js';
export { KeyRingError } from './encrypted-key.js';

/** Options for `KeyRing`. */
export interface KeyRingOptions {
  readonly settings: LiveSettings<KeyRingSettings>;
  readonly store: KeyStore;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly log: Logger;
  /** Creates the id of a new key, a UUID. */
  readonly newId: () => string;
  /** Whether the keys in memory are up to date; another instance may have changed them. Default: always. */
  readonly isFresh?: () => boolean;
}

interface RingKey {
  readonly stored: StoredKey;
  readonly material: KeyMaterial;
}

/** The keys in memory, replaced as a whole. */
interface Ring {
  readonly keys: ReadonlyMap<string, RingKey>;
  readonly active: RingKey;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The signing keys of the service, decrypted and kept in memory: one active key that signs, and keys that still (`retiring`)
 * or already (`next`) verify. All instances with one database have the same keys.
 */
export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #missing: UnknownKeyIds;
  readonly #unreadable = new Set<string>();
  #ring: Ring | undefined;
  readonly #mutex = new Mutex();
  #nextLoad: Promise<void> | undefined;

  private constructor(options: KeyRingOptions) {
    this.#options = options;
    this.#missing = new UnknownKeyIds(options.clock);
  }

  /**
   * Loads the keys, and creates the first active one with the configured algorithm if there is none. If two instances do so
   * at the same time, both use the key that was stored first.
   * @throws {KeyRingError} if the keys were encrypted with another encryption key
   */
  static async open(options: KeyRingOptions): Promise<KeyRing> {
    const ring = new KeyRing(options);
    await ring.reload();
    return ring;
  }

  /** The key that signs new tokens. */
  signingKey(): { kid: string; algorithm: KeyAlgorithm; privateKey: KeyObject } {
    const { stored, material } = this.#current.active;
    return { kid: stored.id, algorithm: stored.algorithm, privateKey: material.privateKey };
  }

  /** The active key as last read from the store. */
  get active(): Pick<StoredKey, 'id' | 'algorithm' | 'madeFor' | 'tokenTtlMs'> {
    return this.#current.active.stored;
  }

  /** State and algorithm of each key that verifies. */
  inventory(): { state: KeyState; algorithm: KeyAlgorithm }[] {
    const usable = [...this.#current.keys.values()].filter((key) => this.#isUsable(key.stored));
    return usable.map(({ stored: { state, algorithm } }) => ({ state, algorithm }));
  }

  /**
   * Finds the key that verifies tokens with this `kid`; undefined if there is none, or if its retention has ended.
   * For an unknown UUID, the keys are reloaded, since another instance may have just created the key. Ids that do not exist
   * are remembered for some seconds.
   */
  async find(kid: string): Promise<{ kid: string; algorithm: KeyAlgorithm; verifyKey: KeyObject } | undefined> {
    await this.refreshIfStale();
    let key = this.#lookUp(kid);
    if (key === undefined && uuid.test(kid) && !this.#missing.has(kid)) {
      await this.reload();
      key = this.#lookUp(kid);
      if (key === undefined) this.#missing.add(kid);
    }
    return key && { kid, algorithm: key.stored.algorithm, verifyKey: key.material.verifyKey };
  }

  /**
   * Reloads the keys unless they are known to be current. Call it before `signingKey` and `jwks`, which read from memory.
   */
  async refreshIfStale(): Promise<void> {
    if (this.#options.isFresh?.() === false) await this.reload();
  }

  /** The public keys as a JWK set (RFC 7517); empty while only HS256 is in use. */
  jwks(): { keys: object[] } {
    const usable = [...this.#current.keys.values()].filter((key) => this.#isUsable(key.stored));
    return {
      keys: usable.flatMap(({ stored, material }) =>
        material.publicJwk === null
          ? []
          : [{ ...material.publicJwk, kid: stored.id, alg: stored.algorithm, use: 'sig' }],
      ),
    };
  }

  /**
   * 32 hex digits that identify the key without revealing its secret; the same on every instance.
   * @throws {AppError} not_found
   */
  fingerprint(kid: string): string {
    const key = this.#current.keys.get(kid);
    if (key === undefined) throw notFound('signing key', kid);
    return fingerprintOf(key.material, this.#options.secretBox);
  }

  /**
   * Reloads the keys, with a read that begins after the call. Reads do not overlap, and callers that arrive during one share
   * the next. If it fails, the keys in memory stay in use.
   */
  reload(): Promise<void> {
    this.#nextLoad ??= this.#mutex.runExclusive(() => {
      this.#nextLoad = undefined;
      return this.#load();
    });
    return this.#nextLoad;
  }

  /**
   * Removes the keys whose retention has ended from memory and from the store, but never the active key.
   * @returns their ids
   */
  async cleanup(): Promise<string[]> {
    const { store, clock, log } = this.#options;
    const removed = await store.removeExpired(clock.now());
    if (removed.length > 0) {
      log.info({ event: 'signing_key.expired_removed', kids: removed }, 'expired signing keys removed');
      await this.reload();
    }
    return removed;
  }

  get #current(): Ring {
    if (this.#ring === undefined) throw new KeyRingError('the key ring is not open');
    return this.#ring;
  }

  #lookUp(kid: string): RingKey | undefined {
    const key = this.#current.keys.get(kid);
    return key !== undefined && this.#isUsable(key.stored) ? key : undefined;
  }

  #isUsable(key: StoredKey): boolean {
    return key.state === 'active' || key.expiresAt === null || key.expiresAt > this.#options.clock.now();
  }

  async #load(): Promise<void> {
    const { store } = this.#options;
    let stored = await store.list();
    const keys = new Map<string, RingKey>();
    if (!stored.some((key) => key.state === 'active')) {
      const created = await this.#createFirst();
      if (created === undefined) stored = await store.list();
      else keys.set(created.stored.id, created);
    }
    for (const key of stored.filter((each) => this.#isUsable(each))) {
      const decrypted = this.#decrypt(key);
      if (decrypted !== undefined) keys.set(key.id, decrypted);
    }
    const active = [...keys.values()].find((key) => key.stored.state === 'active');
    if (active === undefined) {
      throw new KeyRingError('the database contains no active signing key that can be decrypted');
    }
    this.#ring = { keys, active };
  }

  /** Creates and stores an active key. Returns undefined if another instance was faster: the next `list` returns its key. */
  async #createFirst(): Promise<RingKey | undefined> {
    const { settings, store, secretBox, log } = this.#options;
    const { access, keys } = settings.current.auth;
    const parameters = {
      algorithm: keys.algorithm,
      madeFor: keys.algorithm,
      tokenTtlMs: access.ttl,
      state: 'active',
    } as const;
    const { stored, material } = await createKey(parameters, this.#options);
    if (!(await store.insertActive(stored))) return undefined;
    const { id, algorithm } = stored;
    log.info(
      { event: 'signing_key.created', kid: id, algorithm, fingerprint: fingerprintOf(material, secretBox) },
      'signing key created',
    );
    return { stored, material };
  }

  /** A key that cannot be decrypted is an error when the ring is opened; later, it is logged once and skipped. */
  #decrypt(stored: StoredKey): RingKey | undefined {
    const current = this.#ring?.keys.get(stored.id);
    if (
      current?.stored.encryptedSecret.equals(stored.encryptedSecret) &&
      current.stored.algorithm === stored.algorithm
    ) {
      return { stored, material: current.material };
    }
    try {
      return { stored, material: decryptKey(stored, this.#options.secretBox) };
    } catch (error) {
      if (this.#ring === undefined || !(error instanceof KeyRingError)) throw error;
      if (!this.#unreadable.has(stored.id)) {
        this.#options.log.error({ event: 'signing_key.unreadable', kid: stored.id }, error.message);
      }
      this.#unreadable.add(stored.id);
      return undefined;
    }
  }
}
