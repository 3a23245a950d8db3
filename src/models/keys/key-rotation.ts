import type { InstanceRegistry } from '../../instances/instance-registry.js';
import type { Clock } from '../../clock.js';
import type { SigningKey as PublicSigningKey } from '../../contract/signing-key.js';
import type { Connection, Database, Transaction } from '../../database/database.js';
import { AppError } from '../../errors/app-error.js';
import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import type { SecretBox } from '../../security/secret-box.js';
import { retentionEnd } from '../../security/key-retention.js';
import type { KeyAlgorithm } from '../../security/key-ring.js';
import { KeyRingError, createKey, decryptKey } from '../../security/encrypted-key.js';
import type { KeyRetentionSettings, KeyRingSettings, LiveSettings } from '../../security/settings.js';
import type { Actor } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
import { newId } from '../base-model.js';
import { SigningKey, type KeyLease } from './signing-key.js';

/** What changes of the keys work with. */
export interface KeyRotationOptions {
  readonly db: Database;
  readonly instances: InstanceRegistry;
  readonly settings: LiveSettings<KeyRingSettings & KeyRetentionSettings>;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** A rotation that is wanted. */
export interface RotationRequest extends Actor {
  /** That of the configuration when it is not given. */
  readonly algorithm?: KeyAlgorithm | undefined;
  readonly reason: 'request' | 'config' | 'cli';
  /** Done in the transaction that makes the new key the active one. */
  readonly within?: (trx: Transaction, key: PublicSigningKey) => Promise<void>;
}

/** How the key of a first stage was come by; `done` and `busy` only where the configuration is followed. */
type Staging = { readonly claim: KeyLease } | 'done' | 'busy';

/** How often a rotation starts again if its key was removed between the stages. */
const maxAttempts = 3;

/**
 * Changes of the signing keys. When a change resolves, every instance uses it. A rotation has two stages, so that no instance
 * receives a token that was signed with a key that it does not know: first the new key is published (`next`), to verify; when
 * every instance has it, it becomes active. A rotation reserves its key for a limited time: the next rotation completes or
 * removes what an interrupted one left.
 */
export class KeyRotation {
  readonly #options: KeyRotationOptions;
  readonly #rotations;

  constructor(options: KeyRotationOptions) {
    this.#options = options;
    this.#rotations = options.metrics.counter(
      'rollcall_signing_key_rotations_total',
      'Rotations of the signing key, by cause: request, config or cli.',
      ['reason'],
    );
  }

  /**
   * Makes a new key the active one; the former verifies until its retention ends.
   * @throws {KeyRingError} when the active key was sealed under another encryption key: a new one would lock all others out
   */
  async rotate(order: RotationRequest): Promise<PublicSigningKey> {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const staging = await this.#stage(order);
      const key = typeof staging === 'string' ? undefined : await this.#activate(staging.claim, order);
      if (key) return key;
    }
    throw new AppError('service_unavailable', {
      detail: 'The signing keys are being changed by another request.',
      retryAfterSeconds: 1,
    });
  }

  /**
   * Rotates if the active key was created for another algorithm than the configured one.
   * @returns false if another instance is rotating: check again shortly
   */
  async applyConfiguredAlgorithm(): Promise<boolean> {
    const order = { reason: 'config', actorId: null, requestMetadata: null } as const;
    const { algorithm } = this.#options.settings.current.auth.keys;
    // Checked before the key is generated, which is slow: usually another instance has rotated or is rotating.
    const progress = await this.#options.db.read((reader) => progressOf(reader, algorithm));
    const staging = progress ?? (await this.#stage(order));
    if (typeof staging === 'string') return staging === 'done';
    return (await this.#activate(staging.claim, order)) !== undefined;
  }

  /**
   * Notes that `auth.access.ttl` has changed, so that the active key is kept for the tokens of the former lifetime too.
   * @param formerTtlMs the longest lifetime that this instance used before; 0 when it knows of none
   */
  async recordTokenTtl(formerTtlMs: number): Promise<void> {
    const { db, settings, clock } = this.#options;
    const ttlMs = settings.current.auth.access.ttl;
    // Under the lock: otherwise a concurrent rotation could replace the active key, and nothing would be recorded.
    await db.transaction(async (trx) => {
      await SigningKey.lockAll(trx);
      await SigningKey.recordTokenTtl(trx, { ttlMs, formerTtlMs, now: clock.now() });
    });
  }

  /**
   * Removes a key; every token that it signed ends with it.
   * @throws {AppError} not_found, active_key
   */
  async remove(kid: string, actor: Actor): Promise<void> {
    const work = async (trx: Transaction): Promise<void> => {
      const key = await SigningKey.find(trx, kid);
      if (key.state === 'active') {
        const detail = `Key ${kid} signs new tokens; rotate the keys before you delete it.`;
        throw new AppError('active_key', { detail });
      }
      await key.$query(trx).delete();
      const details = { kid, algorithm: key.algorithm, reason: 'request' };
      await AuditEvent.record(trx, 'key.removed', actor, { details });
    };
    await this.#change(work, () => true);
    this.#options.log.info({ event: 'signing_key.removed', kid }, 'signing key removed');
  }

  /** The first stage: a key that every instance knows before it signs. */
  async #stage({ algorithm: wanted, reason }: RotationRequest): Promise<Staging> {
    const { settings, secretBox } = this.#options;
    const { access, keys } = settings.current.auth;
    const madeFor = keys.algorithm;
    const algorithm = wanted ?? madeFor;
    // Before the lock, since generating an RSA key is slow.
    const order = { algorithm, madeFor, tokenTtlMs: access.ttl, state: 'next' } as const;
    const { stored } = await createKey(order, { ...this.#options, newId });
    const work = async (trx: Transaction): Promise<Staging> => {
      const progress = reason === 'config' ? await progressOf(trx, madeFor) : undefined;
      if (progress !== undefined) return progress;
      const active = await SigningKey.query(trx).findOne({ state: 'active' });
      if (active) decryptKey(active, secretBox);
      const abandoned = await SigningKey.abandoned(trx);
      const adopted = abandoned.find((key) => key.algorithm === algorithm && this.#opens(key));
      for (const key of abandoned) if (key !== adopted) await key.$query(trx).delete();
      if (!adopted) await SigningKey.query(trx).insert({ ...stored });
      return { claim: await SigningKey.lease(trx, adopted?.id ?? stored.id, madeFor) };
    };
    return this.#change(work, (staging) => typeof staging !== 'string');
  }

  /**
   * The second stage: the published key becomes active.
   * @returns undefined if the key was removed in the meantime
   */
  async #activate({ id, claimedUntil }: KeyLease, order: RotationRequest): Promise<PublicSigningKey | undefined> {
    const { settings, clock, log, secretBox } = this.#options;
    const work = async (trx: Transaction): Promise<{ key: PublicSigningKey; former: string | null } | undefined> => {
      const next = await SigningKey.query(trx).findOne({ id, state: 'next', claimed_until: claimedUntil });
      if (!next) return undefined;
      const former = await SigningKey.query(trx).findOne({ state: 'active' });
      const expiresAt = former && retentionEnd(former, settings.current, clock.now());
      if (former && expiresAt) await former.$query(trx).patch({ state: 'retiring', expiresAt });
      const tokenTtlMs = settings.current.auth.access.ttl;
      await next.$query(trx).patch({ state: 'active', claimedUntil: null, tokenTtlMs });
      const key = next.toPublic(secretBox);
      const details = { kid: id, algorithm: key.algorithm, previous: former?.id ?? null, ...toldOf(order) };
      const { actorId, requestMetadata } = order;
      await AuditEvent.record(trx, 'key.rotated', { actorId, requestMetadata }, { details });
      await order.within?.(trx, key);
      return { key, former: former?.id ?? null };
    };
    const made = await this.#change(work, (done) => done !== undefined);
    if (!made) return undefined;
    const { key, former } = made;
    this.#rotations.inc({ reason: order.reason });
    const facts = { kid: id, algorithm: key.algorithm, fingerprint: key.fingerprint, former, reason: order.reason };
    log.info({ event: 'signing_key.rotated', ...facts }, 'signing keys rotated');
    return key;
  }

  #opens(key: SigningKey): boolean {
    try {
      decryptKey(key, this.#options.secretBox);
      return true;
    } catch (error) {
      if (error instanceof KeyRingError) return false;
      throw error;
    }
  }

  /**
   * Changes keys in a transaction, one at a time, and waits until every instance acts on it.
   * @param hasChanged whether there is anything to act on
   */
  async #change<T>(work: (trx: Transaction) => Promise<T>, hasChanged: (answer: T) => boolean): Promise<T> {
    const { db, instances } = this.#options;
    const { answer, invalidation } = await db.transaction(async (trx) => {
      await SigningKey.lockAll(trx);
      const done = await work(trx);
      return { answer: done, invalidation: hasChanged(done) ? await instances.publish(trx, 'keys') : undefined };
    });
    if (invalidation) await instances.waitForAcks(invalidation);
    return answer;
  }
}

/** `done` if the active key was created for this algorithm, `busy` if another instance is rotating to it. */
const progressOf = async (db: Connection, algorithm: KeyAlgorithm): Promise<'done' | 'busy' | undefined> => {
  const keys = await SigningKey.newestFirst(db);
  const active = keys.find(({ state }) => state === 'active');
  if ((active?.madeFor ?? active?.algorithm) === algorithm) return 'done';
  const abandoned = new Set((await SigningKey.abandoned(db)).map(({ id }) => id));
  const isAtWork = ({ id, state, madeFor }: SigningKey): boolean =>
    state === 'next' && madeFor === algorithm && !abandoned.has(id);
  return keys.some(isAtWork) ? 'busy' : undefined;
};

const toldOf = ({ reason, details }: RotationRequest): Readonly<Record<string, unknown>> =>
  reason === 'cli' ? { ...details, reason, by: 'cli' } : { ...details, reason };
