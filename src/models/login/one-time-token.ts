import type { QueryBuilder } from 'objection';
import type { Connection, Transaction } from '../../database/database.js';
import { hashOpaqueToken, looksLikeOpaqueToken, newOpaqueToken } from '../../security/opaque-token.js';
import { BaseModel, newId } from '../base-model.js';

/** The only purpose that a one-time token is valid for. */
export type TokenPurpose = 'password_reset' | 'email_verification' | 'magic_link';

/** Options for issuing a token. */
export interface TokenRequest {
  readonly purpose: TokenPurpose;
  /** Null only for a login link to an address that no account has verified. */
  readonly userId: string | null;
  /** The address that the token is sent to and whose ownership its use proves; null if an operator delivers it. */
  readonly address: string | null;
  /** Milliseconds from `now` until it expires. */
  readonly ttl: number;
  readonly now: Date;
  /** The email that carries it, which determines when it was requested; now if absent. */
  readonly mailId?: string;
  /** The operator who delivers it; null or absent if it is emailed, or issued on the command line. */
  readonly issuedBy?: string | null;
}

/** A one-time token in plain text, which only its recipient sees, and its expiry. */
export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** A presented token and its purpose. */
export interface TokenUse {
  readonly purpose: TokenPurpose;
  readonly token: string;
  readonly now: Date;
}

/** Unique keys, which allow one open token: per address for a login link, otherwise per user and purpose. */
const uniqueKey = {
  address: `(lower(address COLLATE "C")) WHERE used_at IS NULL AND purpose = 'magic_link'`,
  user: `(user_id, purpose) WHERE used_at IS NULL AND purpose <> 'magic_link'`,
} as const;

/**
 * A secret that works once, stored as its SHA-256 only (OWASP ASVS 5.0, 6.4.1 and 6.5.1).
 * Where an account is locked too, lock it first: changes of a profile cancel tokens under that lock.
 */
export class OneTimeToken extends BaseModel {
  static override readonly tableName = 'one_time_tokens';

  declare userId: string | null;
  declare purpose: TokenPurpose;
  declare address: string | null;
  declare issuedBy: string | null;
  declare tokenHash: Buffer;
  declare expiresAt: Date;
  declare usedAt: Date | null;

  /**
   * Issues a token in place of the open one of the same kind, if there is one: of several issued concurrently,
   * only the one that was requested last works.
   */
  static async issue(db: Connection, request: Omit<TokenRequest, 'mailId'>): Promise<IssuedToken> {
    const issued = await OneTimeToken.issueInOrder(db, request);
    if (issued === null) throw new TypeError('a token without an email replaces every other');
    return issued;
  }

  /**
   * The same for a token that is sent by email: emails are composed some time after they were requested, and not always
   * in that order.
   * @returns null when a token of the same kind that was requested later is open already; that one stays valid
   */
  static async issueInOrder(db: Connection, request: TokenRequest): Promise<IssuedToken | null> {
    const { purpose, userId, address, ttl, now, mailId = null, issuedBy = null } = request;
    const token = newOpaqueToken();
    const expiresAt = new Date(now.getTime() + ttl);
    const { rowCount } = await db.raw<{ rowCount: number }>(
      `INSERT INTO one_time_tokens AS open
          (id, user_id, purpose, address, issued_by, token_hash, expires_at, created_at, requested_at)
        VALUES (:id, :userId, :purpose, :address, :issuedBy, :hash, :expiresAt, :now, coalesce(
          (SELECT coalesce(requested_at, created_at) FROM mail_outbox WHERE id = :mailId), clock_timestamp()))
        ON CONFLICT ${purpose === 'magic_link' ? uniqueKey.address : uniqueKey.user}
        DO UPDATE SET user_id = excluded.user_id, address = excluded.address, issued_by = excluded.issued_by,
          token_hash = excluded.token_hash, expires_at = excluded.expires_at, created_at = excluded.created_at, requested_at = excluded.requested_at
        WHERE :mailId::uuid IS NULL OR open.requested_at IS NULL OR open.requested_at <= excluded.requested_at`,
      { id: newId(), userId, purpose, address, issuedBy, hash: hashOpaqueToken(token), expiresAt, now, mailId },
    );
    return rowCount === 1 ? { token, expiresAt } : null;
  }

  /**
   * Finds an open token without consuming it, for checks before expensive work.
   * @returns undefined if the token is unknown, used, expired, cancelled or for another purpose
   */
  static async findOpen(db: Connection, use: TokenUse): Promise<OneTimeToken | undefined> {
    return looksLikeOpaqueToken(use.token) ? OneTimeToken.open(db, use).first() : undefined;
  }

  /**
   * Consumes a token with one conditional UPDATE, so only one of several concurrent uses succeeds. A rollback undoes it.
   * @returns undefined if the token is unknown, used, expired, cancelled or for another purpose
   */
  static async consume(trx: Transaction, use: TokenUse): Promise<OneTimeToken | undefined> {
    const consumed = await OneTimeToken.open(trx, use).patch({ usedAt: use.now }).returning('*');
    return consumed[0];
  }

  /** Cancels the open tokens of a user, after a new password or a change of the address. */
  static cancel(trx: Transaction, userId: string, purposes: readonly TokenPurpose[]): Promise<number> {
    return OneTimeToken.query(trx)
      .delete()
      .where({ user_id: userId })
      .whereIn('purpose', [...purposes])
      .whereNull('used_at')
      .execute();
  }

  private static open(db: Connection, { purpose, token, now }: TokenUse): QueryBuilder<OneTimeToken> {
    return OneTimeToken.query(db)
      .where({ token_hash: hashOpaqueToken(token), purpose })
      .whereNull('used_at')
      .where('expires_at', '>', now);
  }
}
