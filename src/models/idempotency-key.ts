import type { QueryBuilder } from 'objection';
import type { Clock } from '../clock.js';
import type { Connection, Database, Transaction } from '../database/database.js';
import { violatedConstraint } from '../database/classify-error.js';
import { AppError } from '../errors/app-error.js';
import { BaseModel } from './base-model.js';

/** How long a stored response is replayed, in milliseconds. */
const replayMs = 24 * 3_600_000;

/**
 * Milliseconds after which the lock of a request that never ended (its process was killed) expires. While a request is
 * running, its lock is renewed every third of this time.
 */
const defaultLockMs = 15_000;

/** The constraint that allows one request per IP address and key. */
const anonymousConstraint = 'idempotency_keys_address_route_key_key';

/** Identifies one use of a key, which is scoped to a caller and a route. */
export interface KeyUse {
  readonly caller: string;
  /** The IP address of an anonymous caller, for whom `caller` is derived from the request; null for other callers. */
  readonly address: string | null;
  readonly route: string;
  readonly key: string;
  /** An HMAC of the body: bodies contain passwords, which a plain hash would expose to brute force. */
  readonly requestHash: Buffer;
}

/** A stored response. */
export interface StoredResponse {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A lock on a key, renewed until it is stopped: complete it in the transaction of the change, or release it. */
export interface IdempotencyLock {
  complete(trx: Transaction, response: StoredResponse, subjectId: string | null): Promise<void>;
  release(): Promise<void>;
  /** Ends the renewal. */
  stop(): void;
}

/** When a key is locked, and when the lock expires without a renewal. */
interface LockOptions {
  readonly clock: Clock;
  readonly now: Date;
  readonly lockMs?: number;
}

/** One use of the header `Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header). */
export class IdempotencyKey extends BaseModel {
  static override readonly tableName = 'idempotency_keys';

  declare caller: string;
  declare address: string | null;
  declare route: string;
  declare key: string;
  declare requestHash: Buffer;
  declare state: 'in_progress' | 'completed';
  declare responseStatus: number | null;
  declare responseBody: unknown;
  declare responseHeaders: Record<string, string> | null;
  declare subjectId: string | null;
  declare lockedUntil: Date;
  declare expiresAt: Date;

  /** The response is stored as JSON. */
  static override get jsonAttributes(): string[] {
    return ['responseBody', 'responseHeaders'];
  }

  /**
   * Locks a key for a new request, or finds the stored response of the first one.
   * @throws {AppError} idempotency_key_reused for another body, idempotency_key_in_use while the first is running
   */
  static async acquire(db: Database, use: KeyUse, options: LockOptions): Promise<IdempotencyLock | StoredResponse> {
    const { now, lockMs = defaultLockMs } = options;
    const lockedUntil = new Date(now.getTime() + lockMs);
    const expiresAt = new Date(now.getTime() + replayMs);
    const { caller, address, route, key } = use;
    await IdempotencyKey.query(db.knex)
      .delete()
      .where({ route, key })
      .where('expires_at', '<=', now)
      .where((row) => (address === null ? row.where({ caller }) : row.where({ caller }).orWhere({ address })));
    try {
      const fresh = { ...use, state: 'in_progress' as const, lockedUntil, expiresAt };
      const { id } = await IdempotencyKey.query(db.knex).insert(fresh);
      return new LockedKey(db, id, { ...options, lockMs });
    } catch (error) {
      const violated = violatedConstraint(error);
      if (violated !== 'idempotency_keys_caller_route_key_key' && violated !== anonymousConstraint) throw error;
    }
    return IdempotencyKey.resume(db, use, { ...options, lockMs });
  }

  private static async resume(
    db: Database,
    use: KeyUse,
    options: Required<LockOptions>,
  ): Promise<IdempotencyLock | StoredResponse> {
    const { caller, address, route, key, requestHash } = use;
    const { now, lockMs } = options;
    const first = await IdempotencyKey.query(db.knex).findOne({ caller, route, key });
    const isOther = first ? !first.requestHash.equals(requestHash) : await IdempotencyKey.isUsed(db, address, use);
    if (isOther) throw new AppError('idempotency_key_reused');
    if (first?.state === 'completed') {
      return { status: first.responseStatus ?? 200, body: first.responseBody, headers: first.responseHeaders ?? {} };
    }
    const taken = await IdempotencyKey.query(db.knex)
      .patch({ lockedUntil: new Date(now.getTime() + lockMs) })
      .where({ caller, route, key, state: 'in_progress' })
      .where('locked_until', '<=', now);
    if (!first || taken !== 1) throw new AppError('idempotency_key_in_use', { retryAfterSeconds: 1 });
    return new LockedKey(db, first.id, options);
  }

  /** Whether an address has used a key for another request. */
  private static async isUsed(db: Database, address: string | null, { route, key }: KeyUse): Promise<boolean> {
    if (address === null) return false;
    return (await IdempotencyKey.query(db.knex).findOne({ address, route, key })) !== undefined;
  }
}

/** A key that is locked by this process. The expiry identifies the lock: a later lock of another process has another one. */
class LockedKey implements IdempotencyLock {
  readonly #db: Database;
  readonly #id: string;
  readonly #clock: Clock;
  readonly #lockMs: number;
  readonly #timer: NodeJS.Timeout;
  /** When the lock expires: several times while the outcome of a renewal is unknown. */
  #lockedUntil: readonly Date[];
  #isRenewing = false;

  constructor(db: Database, id: string, { clock, now, lockMs }: Required<LockOptions>) {
    this.#db = db;
    this.#id = id;
    this.#clock = clock;
    this.#lockMs = lockMs;
    this.#lockedUntil = [new Date(now.getTime() + lockMs)];
    this.#timer = setInterval(() => void this.#renew(), lockMs / 3);
    this.#timer.unref();
  }

  async complete(trx: Transaction, response: StoredResponse, subjectId: string | null): Promise<void> {
    const updated = await this.#row(trx).patch({
      state: 'completed',
      responseStatus: response.status,
      responseBody: response.body,
      responseHeaders: { ...response.headers },
      subjectId,
    });
    if (updated !== 1) throw new AppError('idempotency_key_in_use', { retryAfterSeconds: 1 });
  }

  async release(): Promise<void> {
    await this.#row(this.#db.knex).delete();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #renew(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    const row = this.#row(this.#db.knex);
    const lockedUntil = new Date(this.#clock.now().getTime() + this.#lockMs);
    this.#lockedUntil = [...this.#lockedUntil, lockedUntil];
    try {
      if ((await row.patch({ lockedUntil })) === 1) this.#lockedUntil = [lockedUntil];
      else this.stop();
    } catch {
      // The database is unavailable. The next renewal comes before the lock expires, unless the outage lasts.
    } finally {
      this.#isRenewing = false;
    }
  }

  /** The row, if this lock still holds it. */
  #row(db: Connection): QueryBuilder<IdempotencyKey> {
    return IdempotencyKey.query(db)
      .where({ id: this.#id, state: 'in_progress' })
      .whereIn('locked_until', this.#lockedUntil);
  }
}
