import type { QueryBuilder } from 'objection';
import type { Session as PublicSession } from '../../contract/session.js';
import type { Connection, Transaction } from '../../database/database.js';
import { BaseModel } from '../base-model.js';
import type { RequestMetadata } from '../actor.js';
import { keysetPage, type Page, type PageRequest } from '../page.js';
import { RefreshToken, type IssuedRefreshToken, type RefreshLifetimes, type SessionClient } from './refresh-token.js';

/** Why a session ended. */
export type SessionEndReason = 'logout' | 'revoked' | 'refresh_reused' | 'session_limit';

/** Properties of a new session. */
export interface NewSession {
  readonly userId: string;
  readonly requestMetadata: RequestMetadata;
  readonly now: Date;
  readonly lifetimes: RefreshLifetimes;
  /** `api` by default. */
  readonly client?: SessionClient;
}

/** Number of ended sessions kept per account, to recognise known IP addresses. */
const keptEndedSessions = 1000;

/** Maximum number of ended sessions that one login removes. */
const trimmedAtOnce = 100;

/** One login of a user. Access tokens contain its id as `sid`, and refresh tokens belong to it. */
export class Session extends BaseModel {
  static override readonly tableName = 'sessions';

  declare userId: string;
  declare client: SessionClient;
  declare userAgent: string | null;
  declare ipAddress: string | null;
  declare lastUsedAt: Date;
  declare expiresAt: Date;
  declare absoluteExpiresAt: Date;
  declare endedAt: Date | null;
  declare endReason: SessionEndReason | null;

  /** Opens a session and issues its first refresh token. */
  static async create(
    trx: Transaction,
    { userId, requestMetadata, now, lifetimes, client = 'api' }: NewSession,
  ): Promise<{ session: Session; refreshToken: IssuedRefreshToken }> {
    const absoluteExpiresAt = new Date(now.getTime() + lifetimes.absoluteTtl);
    const expiresAt = new Date(Math.min(now.getTime() + lifetimes.ttl, absoluteExpiresAt.getTime()));
    const session = await Session.query(trx).insertAndFetch({
      userId,
      client,
      createdAt: now,
      userAgent: requestMetadata.userAgent,
      ipAddress: requestMetadata.ipAddress,
      lastUsedAt: now,
      expiresAt,
      absoluteExpiresAt,
    });
    return { session, refreshToken: await RefreshToken.issue(trx, session.id, expiresAt) };
  }

  /**
   * Ends an active session of an account.
   * @returns false if the account does not have this active session
   */
  static async end(db: Connection, userId: string, id: string, reason: SessionEndReason, now: Date): Promise<boolean> {
    const ended = await Session.live(db, userId, now).patch({ endedAt: now, endReason: reason }).where({ id });
    return ended === 1;
  }

  /**
   * Ends all active sessions of a user except one.
   * @returns the ids of the ended sessions
   */
  static async endOthers(db: Connection, userId: string, keptId: string, now: Date): Promise<string[]> {
    const ended = await Session.live(db, userId, now)
      .patch({ endedAt: now, endReason: 'revoked' })
      .whereNot({ id: keptId })
      .returning('id');
    return (ended as unknown as { id: string }[]).map((row) => row.id);
  }

  /**
   * Ends the oldest active sessions of a user, so that at most `keep` are left in addition to `keptId`.
   * @returns the ids of the ended sessions
   */
  static async endOldest(
    db: Connection,
    { userId, keptId, keep, now }: { userId: string; keptId: string; keep: number; now: Date },
  ): Promise<string[]> {
    const excess = Session.live(db, userId, now)
      .select('id')
      .whereNot({ id: keptId })
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .offset(keep);
    const ended = await Session.query(db)
      .patch({ endedAt: now, endReason: 'session_limit' })
      .whereIn('id', excess)
      .returning('id');
    return (ended as unknown as { id: string }[]).map((row) => row.id);
  }

  /** Removes the oldest ended sessions of a user, which limits how many a login searches for known addresses. */
  static async trimEnded(db: Connection, userId: string): Promise<void> {
    await db.raw(
      `DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE user_id = :userId AND ended_at IS NOT NULL
        ORDER BY created_at DESC, id DESC OFFSET :kept LIMIT :atOnce)`,
      { userId, kept: keptEndedSessions, atOnce: trimmedAtOnce },
    );
  }

  /** One page of a user's active sessions, newest first. */
  static async page(db: Connection, userId: string, now: Date, request: PageRequest): Promise<Page<Session>> {
    return keysetPage(Session.live(db, userId, now), request);
  }

  private static live(db: Connection, userId: string, now: Date): QueryBuilder<Session> {
    return Session.query(db).where({ user_id: userId }).whereNull('ended_at').where('expires_at', '>', now);
  }

  /** The representation for its owner. */
  toPublic(currentId: string): PublicSession {
    return {
      id: this.id,
      current: this.id === currentId,
      user_agent: this.userAgent,
      ip_address: this.ipAddress,
      created_at: this.createdAt.toISOString(),
      last_used_at: this.lastUsedAt.toISOString(),
      expires_at: this.expiresAt.toISOString(),
    };
  }
}
