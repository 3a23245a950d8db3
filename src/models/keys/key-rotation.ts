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

/** Options for `KeyRotation`. */
export interface KeyRotationOptions {
  readonly db: Database;
  readonly instances: InstanceRegistry;
  readonly settings: LiveSettings<KeyRingSettings & KeyRetentionSettings>;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** A request to rotate the signing key. */
export interface RotationRequest extends Actor {
  /** Default: `auth.keys.algorithm`. */
  readonly algorithm?: KeyAlgorithm | undefined;
  readonly reason: 'request' | 'config' | 'cli';
  /** Called in the transaction that activates the new key. */
  readonly onActivate?: (trx: Transaction, key: PublicSigningKey) => Promise<void>;
}

/** Why the configured algorithm needs no new key: the active key was created for it, or another instance is rotating. */
type RotationStatus = 'done' | 'busy';

/** Maximum number of attempts, if the published key is removed before it becomes active. */
const maxAttempts = 3;

/**
 * Changes the signing keys. When a change resolves, every instance uses it. A rotation has two steps, so that every instance
 * can verify a token as soon as one is signed with the new key: first the key is published (`next`), then, when every instance
 * has loaded it, it becomes active. A rotation leases its key for a limited time. The next rotation uses or removes the key of
 * an interrupted one.
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
   * Activates a new key. The previous key verifies tokens until its retention ends.
   * @throws {KeyRingError} if the active key was encrypted with another encryption key: instances with that key could not read the new one
   */
  async rotate(request: RotationRequest): Promise<PublicSigningKey> {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const lease = await this.#publishNext(request);
      const key = typeof lease === 'string' ? undefined : await this.#activate(lease, request);
      if (key) return key;
    }
    throw new AppError('service_unavailable', {
      detail: 'The signing keys are being changed by another request.',
      retryAfterSeconds: 1,
    });
  }

  /**
   * Rotates if the active key was created for another algorithm than the configured one.
   * @returns false if another instance is rotating; the caller should check again
   */
  async applyConfiguredAlgorithm(): Promise<boolean> {
    const request = { reason: 'config', actorId: null, requestMetadata: null } as const;
    const { algorithm } = this.#options.settings.current.auth.keys;
    // Usually another instance has done it or is doing it, so this is checked before a key is created, which takes time.
    const status = await this.#options.db.read((reader) => rotationStatus(reader, algorithm));
    const result = status ?? (await this.#publishNext(request));
    if (typeof result === 'string') return result === 'done';
    return (await this.#activate(result, request)) !== undefined;
  }

  /**
   * Records that `auth.access.ttl` has changed, so that the active key is retained for tokens with the previous lifetime.
   * @param formerTtlMs the longest lifetime that this instance used before; 0 if unknown
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
   * Removes a key, which invalidates every token that it signed.
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

  /** Publishes the next key: a new one, or that of an interrupted rotation. Resolves when every instance has loaded it. */
  async #publishNext({ algorithm: requested, reason }: RotationRequest): Promise<KeyLease | RotationStatus> {
    const { settings, secretBox } = this.#options;
    const { access, keys } = settings.current.auth;
    const madeFor = keys.algorithm;
    const algorithm = requested ?? madeFor;
    // Before the lock, since creating an RSA key takes time.
    const parameters = { algorithm, madeFor, tokenTtlMs: access.ttl, state: 'next' } as const;
    const { stored } = await createKey(parameters, { ...this.#options, newId });
    const work = async (trx: Transaction): Promise<KeyLease | RotationStatus> => {
      const status = reason === 'config' ? await rotationStatus(trx, madeFor) : undefined;
      if (status !== undefined) return status;
      const active = await SigningKey.query(trx).findOne({ state: 'active' });
      if (active) decryptKey(active, secretBox);
      const abandoned = await SigningKey.abandoned(trx);
      const reused = abandoned.find((key) => key.algorithm === algorithm && this.#canDecrypt(key));
      for (const key of abandoned) if (key !== reused) await key.$query(trx).delete();
      if (!reused) await SigningKey.query(trx).insert({ ...stored });
      return SigningKey.lease(trx, reused?.id ?? stored.id, madeFor);
    };
    return this.#change(work, (result) => typeof result !== 'string');
  }

  /**
   * Activates the published key.
   * @returns undefined if the key has been removed
   */
  async #activate({ id, claimedUntil }: KeyLease, request: RotationRequest): Promise<PublicSigningKey | undefined> {
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
      const details = { kid: id, algorithm: key.algorithm, previous: former?.id ?? null, ...auditDetails(request) };
      const { actorId, requestMetadata } = request;
      await AuditEvent.record(trx, 'key.rotated', { actorId, requestMetadata }, { details });
      await request.onActivate?.(trx, key);
      return { key, former: former?.id ?? null };
    };
    const activated = await this.#change(work, (done) => done !== undefined);
    if (!activated) return undefined;
    const { key, former } = activated;
    this.#rotations.inc({ reason: request.reason });
    const facts = { kid: id, algorithm: key.algorithm, fingerprint: key.fingerprint, former, reason: request.reason };
    log.info({ event: 'signing_key.rotated', ...facts }, 'signing keys rotated');
    return key;
  }

  #canDecrypt(key: SigningKey): boolean {
    try {
      decryptKey(key, this.#options.secretBox);
      return true;
    } catch (error) {
      if (error instanceof KeyRingError) return false;
      throw error;
    }
  }

  /**
   * Changes keys in a transaction, one at a time, and waits until every instance has reloaded them.
   * @param hasChanged whether the instances must reload
   */
  async #change<T>(work: (trx: Transaction) => Promise<T>, hasChanged: (result: T) => boolean): Promise<T> {
    const { db, instances } = this.#options;
    const { result, invalidation } = await db.transaction(async (trx) => {
      await SigningKey.lockAll(trx);
      const done = await work(trx);
      return { result: done, invalidation: hasChanged(done) ? await instances.publish(trx, 'keys') : undefined };
    });
    if (invalidation) await instances.waitForAcks(invalidation);
    return result;
  }
}

/** Whether the active key was created for this algorithm, or another instance is rotating to it. */
const rotationStatus = async (db: Connection, algorithm: KeyAlgorithm): Promise<RotationStatus | undefined> => {
  const keys = await SigningKey.newestFirst(db);
  const active = keys.find(({ state }) => state === 'active');
  if ((active?.madeFor ?? active?.algorithm) === algorithm) return 'done';
  const abandoned = new Set((await SigningKey.abandoned(db)).map(({ id }) => id));
  const isLeased = ({ id, state, madeFor }: SigningKey): boolean =>
    state === 'next' && madeFor === algorithm && !abandoned.has(id);
  return keys.some(isLeased) ? 'busy' : undefined;
};

const auditDetails = ({ reason, details }: RotationRequest): Readonly<Record<string, unknown>> =>
  reason === 'cli' ? { ...details, reason, by: 'cli' } : { ...details, reason };
