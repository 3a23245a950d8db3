import type { KeyObject } from 'node:crypto';
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

/** Dependencies of a key ring. */
export interface KeyRingOptions {
  readonly settings: LiveSettings<KeyRingSettings>;
  readonly store: KeyStore;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly log: Logger;
  /** Makes the id of a new key: a UUID. */
  readonly newId: () => string;
  /** Whether the keys at hand may be believed now: another instance may have changed them. Always, when absent. */
  readonly isFresh?: () => boolean;
}

interface RingKey {
  readonly stored: StoredKey;
  readonly material: KeyMaterial;
}

/** One generation of keys, swapped as a whole. */
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
  #loading: Promise<void> | undefined;
  #nextLoading: Promise<void> | undefined;

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

  /** The key that signs. */
  signingKey(): { kid: string; algorithm: KeyAlgorithm; privateKey: KeyObject } {
    const { stored, material } = this.#current.active;
    return { kid: stored.id, algorithm: stored.algorithm, privateKey: material.privateKey };
  }

  /** What the active key was made for, as the store told it last. */
  get active(): Pick<StoredKey, 'id' | 'algorithm' | 'madeFor' | 'tokenTtlMs'> {
    return this.#current.active.stored;
  }

  /** State and algorithm of each key that verifies. */
  inventory(): { state: KeyState; algorithm: KeyAlgorithm }[] {
    const usable = [...this.#current.keys.values()].filter((key) => this.#isUsable(key.stored));
    return usable.map(({ stored: { state, algorithm } }) => ({ state, algorithm }));
  }

  /**
   * The key that verifies tokens with this `kid`; undefined when there is none, or when its retention has ended.
   * An unknown UUID may be a key that another instance has just made, so the store is asked; what it does not know is
   * remembered for some seconds.
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
   * 32 hex digits that tell the key from others and nothing of its secret; the same on every instance.
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
    if (this.#loading === undefined) {
      this.#loading = this.#load().finally(() => {
        this.#loading = undefined;
      });
      return this.#loading;
    }
    const again = (): Promise<void> => {
      this.#nextLoading = undefined;
      return this.reload();
    };
    this.#nextLoading ??= this.#loading.then(again, again);
    return this.#nextLoading;
  }

  /**
   * Removes the keys whose retention has ended, here and in the store; never the active one.
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
    if (!stored.some((key) => key.state === 'active')) {
      await this.#makeFirst();
      stored = await store.list();
    }
    const keys = new Map<string, RingKey>();
    for (const key of stored.filter((each) => this.#isUsable(each))) {
      const opened = this.#openKey(key);
      if (opened !== undefined) keys.set(key.id, opened);
    }
    const active = [...keys.values()].find((key) => key.stored.state === 'active');
    if (active === undefined) {
      throw new KeyRingError('the database contains no active signing key that can be decrypted');
    }
    this.#ring = { keys, active };
  }

  /** Another instance may be quicker: then its key is the one that the next `list` shows. */
  async #makeFirst(): Promise<void> {
    const { settings, store, secretBox, log } = this.#options;
    const { access, keys } = settings.current.auth;
    const order = {
      algorithm: keys.algorithm,
      madeFor: keys.algorithm,
      tokenTtlMs: access.ttl,
      state: 'active',
    } as const;
    const { stored, material } = await createKey(order, this.#options);
    if (!(await store.insertActive(stored))) return;
    const { id, algorithm } = stored;
    log.info(
      { event: 'signing_key.created', kid: id, algorithm, fingerprint: fingerprintOf(material, secretBox) },
      'signing key created',
    );
  }

  /** At open, a key that does not open is an error; later, it is reported once and left out, and the others serve on. */
  #openKey(stored: StoredKey): RingKey | undefined {
    const known = this.#ring?.keys.get(stored.id);
    if (known?.stored.encryptedSecret.equals(stored.encryptedSecret) && known.stored.algorithm === stored.algorithm) {
      return { stored, material: known.material };
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
