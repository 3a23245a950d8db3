import type { QueryBuilder } from 'objection';
import type { Connection, Transaction } from '../../database/database.js';
import { hashOpaqueToken, looksLikeOpaqueToken, newOpaqueToken } from '../../security/opaque-token.js';
import { BaseModel, newId } from '../base-model.js';

/** What a one-time token is good for; it opens nothing else. */
export type TokenPurpose = 'password_reset' | 'email_verification' | 'magic_link';

/** What a token is issued for. */
export interface TokenRequest {
  readonly purpose: TokenPurpose;
  /** Null only for a login link to an address that no account has verified. */
  readonly userId: string | null;
  /** Where the token is sent, which its use proves; null when an operator hands it over. */
  readonly address: string | null;
  /** Milliseconds from `now` until it expires. */
  readonly ttl: number;
  readonly now: Date;
  /** The mail that carries it, which determines when it was requested; now if absent. */
  readonly mailId?: string;
}

/** A one-time token in the clear, which is seen only by its receiver, and when it expires. */
export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** A presented token, and what it is presented for. */
export interface TokenUse {
  readonly purpose: TokenPurpose;
  readonly token: string;
  readonly now: Date;
}

/** The keys that hold one open token: a login link counts for its address, anything else for its person. */
const uniqueKey = {
  address: `(lower(address COLLATE "C")) WHERE used_at IS NULL AND purpose = 'magic_link'`,
  person: `(user_id, purpose) WHERE used_at IS NULL AND purpose <> 'magic_link'`,
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
  declare tokenHash: Buffer;
  declare expiresAt: Date;
  declare usedAt: Date | null;

  /**
   * Issues a token in place of the open one of the same kind, if there is one: of several issued concurrently,
   * only the one that was requested last works.
   */
  static async issue(db: Connection, request: Omit<TokenRequest, 'mailId'>): Promise<IssuedToken> {
    const issued = await OneTimeToken.issueInOrder(db, request);
    if (issued === null) throw new TypeError('a token without a mail replaces every other');
    return issued;
  }

  /**
   * The same for a token that is sent by mail: mails are composed some time after they were requested, and not always in
   * that order.
   * @returns null when a token of the same kind that was requested later is open already; that one stays valid
   */
  static async issueInOrder(db: Connection, request: TokenRequest): Promise<IssuedToken | null> {
    const { purpose, userId, address, ttl, now, mailId = null } = request;
    const token = newOpaqueToken();
    const expiresAt = new Date(now.getTime() + ttl);
    const { rowCount } = await db.raw<{ rowCount: number }>(
      `INSERT INTO one_time_tokens AS open
          (id, user_id, purpose, address, token_hash, expires_at, created_at, requested_at)
        VALUES (:id, :userId, :purpose, :address, :hash, :expiresAt, :now, coalesce(
          (SELECT coalesce(requested_at, created_at) FROM mail_outbox WHERE id = :mailId), clock_timestamp()))
        ON CONFLICT ${purpose === 'magic_link' ? uniqueKey.address : uniqueKey.person}
        DO UPDATE SET user_id = excluded.user_id, address = excluded.address, token_hash = excluded.token_hash,
          expires_at = excluded.expires_at, created_at = excluded.created_at, requested_at = excluded.requested_at
        WHERE :mailId::uuid IS NULL OR open.requested_at IS NULL OR open.requested_at <= excluded.requested_at`,
      { id: newId(), userId, purpose, address, hash: hashOpaqueToken(token), expiresAt, now, mailId },
    );
    return rowCount === 1 ? { token, expiresAt } : null;
  }

  /**
   * The token as it stands, unspent: for checks before the work that precedes `consume`.
   * @returns undefined for unknown, used, expired, cancelled and made for another purpose alike
   */
  static async findOpen(db: Connection, use: TokenUse): Promise<OneTimeToken | undefined> {
    return looksLikeOpaqueToken(use.token) ? OneTimeToken.open(db, use).first() : undefined;
  }

  /**
   * Spends a token by one conditional UPDATE: of any number of uses at once, one gets it. It comes back with a rollback.
   * @returns undefined for unknown, used, expired, cancelled and made for another purpose alike
   */
  static async consume(trx: Transaction, use: TokenUse): Promise<OneTimeToken | undefined> {
    const spent = await OneTimeToken.open(trx, use).patch({ usedAt: use.now }).returning('*');
    return spent[0];
  }

  /** Cancels what is open for a person: after a new password, or when the address is given up. */
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
