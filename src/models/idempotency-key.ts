import type { QueryBuilder } from 'objection';
import type { Clock } from '../clock.js';
import type { Connection, Database, Transaction } from '../database/database.js';
import { violatedConstraint } from '../database/classify-error.js';
import { AppError } from '../errors/app-error.js';
import { BaseModel } from './base-model.js';

/** Milliseconds for which an answer is replayed. */
const replayMs = 24 * 3_600_000;

/**
 * Milliseconds after which a request that never ended (its process was killed) no longer holds the key. While a request
 * is under way, its hold is renewed three times as often.
 */
const usualLockMs = 15_000;

/** The constraint that allows one address one request for a key. */
const anonymousConstraint = 'idempotency_keys_address_route_key_key';

/** What identifies one use of a key: it counts for one caller and route. */
export interface KeyUse {
  readonly caller: string;
  /** The IP address of an anonymous caller, for whom `caller` is derived from the request; null for other callers. */
  readonly address: string | null;
  readonly route: string;
  readonly key: string;
  /** A keyed hash of the body: bodies hold passwords, so a plain hash would be a gift to a thief of the table. */
  readonly requestHash: Buffer;
}

/** A kept answer. */
export interface StoredResponse {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A claim on a key, held until it is stopped: complete it in the transaction of the change, or release it. */
export interface IdempotencyLock {
  complete(trx: Transaction, answer: StoredResponse, subjectId: string | null): Promise<void>;
  release(): Promise<void>;
  /** Ends the renewal. */
  stop(): void;
}

/** When a claim is made, and for how long it holds without a renewal. */
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

  /** The database keeps the answer as JSON. */
  static override get jsonAttributes(): string[] {
    return ['responseBody', 'responseHeaders'];
  }

  /**
   * Claims a key for a new request, or finds the answer of the first one.
   * @throws {AppError} idempotency_key_reused for another body, idempotency_key_in_use while the first is under way
   */
  static async acquire(db: Database, use: KeyUse, terms: LockOptions): Promise<IdempotencyLock | StoredResponse> {
    const { now, lockMs = usualLockMs } = terms;
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
      return new LockedKey(db, id, { ...terms, lockMs });
    } catch (error) {
      const violated = violatedConstraint(error);
      if (violated !== 'idempotency_keys_caller_route_key_key' && violated !== anonymousConstraint) throw error;
    }
    return IdempotencyKey.resume(db, use, { ...terms, lockMs });
  }

  private static async resume(
    db: Database,
    use: KeyUse,
    terms: Required<LockOptions>,
  ): Promise<IdempotencyLock | StoredResponse> {
    const { caller, address, route, key, requestHash } = use;
    const { now, lockMs } = terms;
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
    return new LockedKey(db, first.id, terms);
  }

  /** Whether an address has used a key for another request. */
  private static async isUsed(db: Database, address: string | null, { route, key }: KeyUse): Promise<boolean> {
    if (address === null) return false;
    return (await IdempotencyKey.query(db.knex).findOne({ address, route, key })) !== undefined;
  }
}

/** A key that is held by this process. The end of its hold tells it from a later one of another process. */
class LockedKey implements IdempotencyLock {
  readonly #db: Database;
  readonly #id: string;
  readonly #clock: Clock;
  readonly #lockMs: number;
  readonly #timer: NodeJS.Timeout;
  /** When the hold ends: several times while the outcome of a renewal is not known. */
  #heldUntil: readonly Date[];
  #isRenewing = false;

  constructor(db: Database, id: string, { clock, now, lockMs }: Required<LockOptions>) {
    this.#db = db;
    this.#id = id;
    this.#clock = clock;
    this.#lockMs = lockMs;
    this.#heldUntil = [new Date(now.getTime() + lockMs)];
    this.#timer = setInterval(() => void this.#renew(), lockMs / 3);
    this.#timer.unref();
  }

  async complete(trx: Transaction, answer: StoredResponse, subjectId: string | null): Promise<void> {
    const kept = await this.#own(trx).patch({
      state: 'completed',
      responseStatus: answer.status,
      responseBody: answer.body,
      responseHeaders: { ...answer.headers },
      subjectId,
    });
    if (kept !== 1) throw new AppError('idempotency_key_in_use', { retryAfterSeconds: 1 });
  }

  async release(): Promise<void> {
    await this.#own(this.#db.knex).delete();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #renew(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    const row = this.#own(this.#db.knex);
    const lockedUntil = new Date(this.#clock.now().getTime() + this.#lockMs);
    this.#heldUntil = [...this.#heldUntil, lockedUntil];
    try {
      if ((await row.patch({ lockedUntil })) === 1) this.#heldUntil = [lockedUntil];
      else this.stop();
    } catch {
      // The database does not answer: the next renewal comes before the hold ends, unless it does not answer for long.
    } finally {
      this.#isRenewing = false;
    }
  }

  /** The row, if this lock still holds it. */
  #own(db: Connection): QueryBuilder<IdempotencyKey> {
    return IdempotencyKey.query(db)
      .where({ id: this.#id, state: 'in_progress' })
      .whereIn('locked_until', this.#heldUntil);
  }
}
