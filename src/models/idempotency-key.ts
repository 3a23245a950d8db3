import type { Database, Transaction } from '../database/database.js';
import { violatedConstraint } from '../database/faults.js';
import { AppError } from '../errors/app-error.js';
import { BaseModel } from './base-model.js';

/** Milliseconds for which an answer is replayed. */
const replayMs = 24 * 3_600_000;

/** Milliseconds after which a request that never ended (its process was killed) no longer holds the key. */
const lockMs = 15_000;

/** What identifies one use of a key: it counts for one caller and route. */
export interface KeyUse {
  readonly caller: string;
  readonly route: string;
  readonly key: string;
  /** A keyed hash of the body: bodies hold passwords, so a plain hash would be a gift to a thief of the table. */
  readonly requestHash: Buffer;
}

/** A kept answer. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A claim on a key: complete it in the transaction of the change, or release it. */
export interface Claim {
  complete(trx: Transaction, answer: KeptAnswer, subjectId: string | null): Promise<void>;
  release(): Promise<void>;
}

/** One use of the header `Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header). */
export class IdempotencyKey extends BaseModel {
  static override readonly tableName = 'idempotency_keys';

  declare caller: string;
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
  static async claim(db: Database, use: KeyUse, now: Date): Promise<Claim | KeptAnswer> {
    const { caller, route, key, requestHash } = use;
    const lockedUntil = new Date(now.getTime() + lockMs);
    const expiresAt = new Date(now.getTime() + replayMs);
    await IdempotencyKey.query(db.knex).delete().where({ caller, route, key }).where('expires_at', '<=', now);
    try {
      const fresh = { caller, route, key, requestHash, state: 'in_progress' as const, lockedUntil, expiresAt };
      const { id } = await IdempotencyKey.query(db.knex).insert(fresh);
      return IdempotencyKey.claimOf(db, id, lockedUntil);
    } catch (error) {
      if (violatedConstraint(error) !== 'idempotency_keys_caller_route_key_key') throw error;
    }
    return IdempotencyKey.resume(db, use, { lockedUntil, now });
  }

  private static async resume(
    db: Database,
    { caller, route, key, requestHash }: KeyUse,
    { lockedUntil, now }: { lockedUntil: Date; now: Date },
  ): Promise<Claim | KeptAnswer> {
    const first = await IdempotencyKey.query(db.knex).findOne({ caller, route, key });
    if (first && !first.requestHash.equals(requestHash)) throw new AppError('idempotency_key_reused');
    if (first?.state === 'completed') {
      return { status: first.responseStatus ?? 200, body: first.responseBody, headers: first.responseHeaders ?? {} };
    }
    const taken = await IdempotencyKey.query(db.knex)
      .patch({ lockedUntil })
      .where({ caller, route, key, state: 'in_progress' })
      .where('locked_until', '<=', now);
    if (!first || taken !== 1) throw new AppError('idempotency_key_in_use', { retryAfterSeconds: 1 });
    return IdempotencyKey.claimOf(db, first.id, lockedUntil);
  }

  private static claimOf(db: Database, id: string, lockedUntil: Date): Claim {
    return {
      async complete(trx, answer, subjectId) {
        const kept = await IdempotencyKey.query(trx)
          .patch({
            state: 'completed',
            responseStatus: answer.status,
            responseBody: answer.body,
            responseHeaders: { ...answer.headers },
            subjectId,
          })
          .where({ id, state: 'in_progress', locked_until: lockedUntil });
        if (kept !== 1) throw new AppError('idempotency_key_in_use', { retryAfterSeconds: 1 });
      },
      async release() {
        await IdempotencyKey.query(db.knex).delete().where({ id, state: 'in_progress', locked_until: lockedUntil });
      },
    };
  }
}
