import type { Connection, Transaction } from '../../database/database.js';
import { hashOpaqueToken, newOpaqueToken, successorOf } from '../../security/opaque-token.js';
import type { SecretBox } from '../../security/secret-box.js';
import { isActiveSql } from '../accounts/account-status.js';
import { BaseModel } from '../base-model.js';

/** Lifetimes of refresh tokens, in milliseconds. */
export interface RefreshLifetimes {
  readonly ttl: number;
  readonly absoluteTtl: number;
  readonly grace: number;
}

/** Who uses a session: a client of the API, or the operator console, whose sessions end when they are idle. */
export type SessionClient = 'api' | 'console';

/** A refresh token in plain text, which only its owner sees, and its expiry. */
export interface IssuedRefreshToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** The result of presenting a refresh token. */
export type Rotation =
  | {
      readonly outcome: 'successor';
      readonly sessionId: string;
      readonly userId: string;
      readonly refreshToken: IssuedRefreshToken;
    }
  | { readonly outcome: 'reused'; readonly sessionId: string; readonly userId: string }
  | { readonly outcome: 'refused' };

/** A presented refresh token. */
export interface RotateInput {
  readonly token: string;
  readonly now: Date;
  readonly lifetimes: RefreshLifetimes;
  /** Whose sessions are accepted; `api` by default. */
  readonly client?: SessionClient;
  /** Milliseconds without a refresh after which a session has ended; unlimited by default. */
  readonly idleTimeout?: number;
  readonly secretBox: SecretBox;
}

/** The state of a presented refresh token. */
type TokenState =
  | {
      readonly outcome: 'usable';
      readonly isSpent: boolean;
      readonly sessionId: string;
      readonly userId: string;
      readonly client: SessionClient;
    }
  | { readonly outcome: 'reused'; readonly sessionId: string; readonly userId: string }
  | { readonly outcome: 'refused' };

interface TokenRow {
  readonly used_at: Date | null;
  readonly expires_at: Date;
  readonly session_id: string;
  readonly user_id: string;
  readonly client: SessionClient;
  readonly session_live: boolean;
}

const activeSession = `s.ended_at IS NULL AND s.expires_at > :now AND ${isActiveSql()}`;

/**
 * An opaque refresh token, stored only as its SHA-256 and consumed by one conditional UPDATE (RFC 9700, 4.14.2: rotation).
 * Its successor is derived from it with the encryption key, so that a retry within the grace period gets the same one.
 */
export class RefreshToken extends BaseModel {
  static override readonly tableName = 'refresh_tokens';

  declare sessionId: string;
  declare tokenHash: Buffer;
  declare expiresAt: Date;
  declare usedAt: Date | null;

  /** Issues a token for a session. */
  static async issue(
    db: Connection,
    sessionId: string,
    expiresAt: Date,
    token: string = newOpaqueToken(),
  ): Promise<IssuedRefreshToken> {
    await RefreshToken.query(db).insert({ sessionId, tokenHash: hashOpaqueToken(token), expiresAt });
    return { token, expiresAt };
  }

  /**
   * Consumes a token and issues its successor. Of several concurrent requests, one consumes it; the others, and retries
   * within the grace period, get the same successor. Later use is reported as `reused`, and the caller ends the session.
   */
  static async rotate(trx: Transaction, input: RotateInput): Promise<Rotation> {
    const { token, now, lifetimes, secretBox, client = 'api', idleTimeout } = input;
    const idleSince = idleTimeout === undefined ? '-infinity' : new Date(now.getTime() - idleTimeout);
    const spent = await trx.raw<{ rows: { session_id: string; user_id: string; absolute_expires_at: Date }[] }>(
      `UPDATE refresh_tokens t SET used_at = :now FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE t.token_hash = :hash AND t.used_at IS NULL AND t.expires_at > :now AND s.id = t.session_id AND ${activeSession}
          AND s.client = :client AND s.last_used_at > :idleSince
        RETURNING t.session_id, s.user_id, s.absolute_expires_at`,
      { hash: hashOpaqueToken(token), now, client, idleSince },
    );
    const winner = spent.rows[0];
    if (!winner) return RefreshToken.rotateUsed(trx, input);
    const expiresAt = new Date(Math.min(now.getTime() + lifetimes.ttl, winner.absolute_expires_at.getTime()));
    const refreshToken = await RefreshToken.issue(trx, winner.session_id, expiresAt, successorOf(secretBox, token));
    await trx.raw('UPDATE sessions SET last_used_at = ?, expires_at = ? WHERE id = ?', [
      now,
      expiresAt,
      winner.session_id,
    ]);
    return { outcome: 'successor', sessionId: winner.session_id, userId: winner.user_id, refreshToken };
  }

  /** Distinguishes a retry within the grace period, a reuse, and an unknown or expired token. */
  private static async rotateUsed(
    trx: Transaction,
    { token, now, lifetimes, secretBox, client = 'api' }: RotateInput,
  ): Promise<Rotation> {
    const state = await RefreshToken.inspect(trx, { token, now, grace: lifetimes.grace });
    if (state.outcome !== 'usable') return state;
    if (!state.isSpent || state.client !== client) return { outcome: 'refused' };
    const successor = successorOf(secretBox, token);
    const issued = await RefreshToken.query(trx).findOne({ token_hash: hashOpaqueToken(successor) });
    if (!issued) return { outcome: 'refused' };
    const refreshToken = { token: successor, expiresAt: issued.expiresAt };
    return { outcome: 'successor', sessionId: state.sessionId, userId: state.userId, refreshToken };
  }

  /**
   * Finds the active session of a token without consuming the token: `usable` while the token is unused and has not expired,
   * and for `grace` milliseconds after its use; `reused` later.
   */
  static async inspect(
    trx: Transaction,
    { token, now, grace }: { token: string; now: Date; grace: number },
  ): Promise<TokenState> {
    const found = await trx.raw<{ rows: TokenRow[] }>(
      `SELECT t.used_at, t.expires_at, t.session_id, s.user_id, s.client, (${activeSession}) AS session_live
        FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
        WHERE t.token_hash = :hash`,
      { hash: hashOpaqueToken(token), now },
    );
    const row = found.rows[0];
    if (!row?.session_live) return { outcome: 'refused' };
    const session = { sessionId: row.session_id, userId: row.user_id, client: row.client };
    if (row.used_at === null) {
      return row.expires_at > now ? { outcome: 'usable', isSpent: false, ...session } : { outcome: 'refused' };
    }
    const isReused = now.getTime() - row.used_at.getTime() > grace;
    return isReused ? { outcome: 'reused', ...session } : { outcome: 'usable', isSpent: true, ...session };
  }
}
