import { createHash } from 'node:crypto';
import { raw, type QueryBuilder, type RawBuilder } from 'objection';
import type { AdminUser } from '../../contract/admin-user.js';
import { canonicalEmail } from '../../contract/email.js';
import type { User as PublicUser } from '../../contract/user.js';
import type { Connection, Transaction } from '../../database/database.js';
import { violatedConstraint } from '../../database/classify-error.js';
import { AppError } from '../../errors/app-error.js';
import { notFound } from '../../errors/not-found.js';
import { isActiveSql } from './account-status.js';
import { BaseModel, newId } from '../base-model.js';

/** Properties of a new account. */
export interface NewUser {
  readonly username: string;
  /** Null until the user sets a password. */
  readonly passwordHash: string | null;
  readonly email: string | null;
  /** Whether the user has verified the address. */
  readonly emailVerified?: boolean;
  readonly description: string | null;
  readonly currentGoal: string | null;
  readonly metadata?: Record<string, unknown>;
}

/** Properties that the current user may change. */
export interface ProfileChange {
  readonly email?: string | null;
  readonly description?: string | null;
  readonly currentGoal?: string | null;
  readonly metadata?: Record<string, unknown>;
}

/**
 * The form in which usernames and email addresses are compared: ASCII letters in lower case, domains in punycode. It
 * equals `lower(… COLLATE "C")` of a stored value.
 */
export const canonical = (name: string): string => canonicalEmail(name);

/** How often `last_seen_at` is updated, in milliseconds. */
const seenEveryMs = 3_600_000;

/** The columns to write when an address is set; setting the current address again cancels a pending one. */
const emailColumns = (before: User, email: string | null, keepsVerified: boolean) => {
  if (canonical(email ?? '') === canonical(before.email ?? '')) return { email, pendingEmail: null };
  if (keepsVerified && before.emailVerified && email !== null) return { pendingEmail: email };
  return { email, emailVerified: false, emailClaimed: true, pendingEmail: null };
};

const roleNames = (): RawBuilder =>
  raw(
    'ARRAY(SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = users.id ORDER BY r.name)',
  );

/** A user account. */
export class User extends BaseModel {
  static override readonly tableName = 'users';

  declare username: string;
  declare email: string | null;
  declare emailVerified: boolean;
  /** False after the address was verified without a session of this account, until its owner proves ownership of the address (ADR 22). */
  declare emailClaimed: boolean;
  /** A new address that replaces `email` once it is verified. */
  declare pendingEmail: string | null;
  declare description: string | null;
  declare currentGoal: string | null;
  declare metadata: Record<string, unknown>;
  declare passwordHash: string | null;
  declare status: 'active' | 'blocked';
  declare blockedReason: string | null;
  declare blockedUntil: Date | null;
  declare deletedAt: Date | null;
  declare lastLoginAt: Date | null;
  /** The last login or refresh, rounded to the hour; null if there was none since this column was added. */
  declare lastSeenAt: Date | null;
  declare version: number;
  /** Names of the roles held; loaded by the finders below. */
  declare roles: string[];

  /** The database keeps `metadata` as JSON. */
  static override get jsonAttributes(): string[] {
    return ['metadata'];
  }

  /** All columns and the role names. */
  static withRoles(db: Connection): QueryBuilder<User> {
    return User.query(db).select('users.*', roleNames().as('roles'));
  }

  /**
   * Locks the account with this id, deleted or not, until the transaction ends. The roles are read after the lock: the
   * locking query would return those from before it waited.
   */
  static async lock(trx: Transaction, id: string): Promise<User | undefined> {
    const locked = await User.query(trx).select('id').findById(id).forUpdate();
    return locked && User.findAccount(trx, id);
  }

  /** The account with this id, deleted or not. */
  static findAccount(db: Connection, id: string): Promise<User | undefined> {
    return User.withRoles(db).findById(id).execute();
  }

  /**
   * Finds the account of a submitted login name: a username, or a verified email address. Deleted and blocked accounts are
   * found too: the caller must do the same work for them.
   */
  static findByLogin(db: Connection, name: string): Promise<User | undefined> {
    const value = canonical(name);
    const query = User.withRoles(db);
    const found = name.includes('@')
      ? query.whereRaw('lower(email COLLATE "C") = ?', [value]).where('email_verified', true)
      : query.whereRaw('lower(username COLLATE "C") = ?', [value]);
    return found.first().execute();
  }

  /**
   * Creates an account with the built-in role `user`.
   * @throws {AppError} username_taken: detected via the unique index, so concurrent registrations cannot both succeed
   */
  static async register(trx: Transaction, user: NewUser, roles: readonly string[] = ['user']): Promise<User> {
    const id = newId();
    try {
      await User.query(trx).insert({ id, ...user });
    } catch (error) {
      if (violatedConstraint(error) === 'users_username_key') {
        throw new AppError('username_taken', { detail: `The username "${user.username}" is taken.`, cause: error });
      }
      throw error;
    }
    await trx.raw('INSERT INTO user_roles (user_id, role_id) SELECT ?, id FROM roles WHERE name = ANY(?)', [
      id,
      [...roles],
    ]);
    return User.findAccount(trx, id) as Promise<User>;
  }

  /**
   * Changes a profile under a row lock. A new address is unverified until its owner proves it.
   * @param keepsVerified whether a verified address stays until the new one is verified
   * @throws {AppError} not_found
   */
  static async changeProfile(
    trx: Transaction,
    id: string,
    change: ProfileChange,
    { keepsVerified = false }: { keepsVerified?: boolean } = {},
  ): Promise<{ before: User; after: User }> {
    const before = await User.lock(trx, id);
    if (!before) throw notFound('user with ID', id);
    const { email, ...rest } = change;
    await User.query(trx)
      .findById(id)
      .patch({ ...rest, ...(email !== undefined && emailColumns(before, email, keepsVerified)) });
    return { before, after: (await User.findAccount(trx, id)) as User };
  }

  /**
   * Records a login, if the account is unchanged since the password was checked: not blocked or deleted, and with the same
   * password.
   * @param checkedHash the stored hash that the password matched
   * @param newHash a stronger hash to store, or null
   * @returns false if the account has changed
   */
  static async recordPasswordLogin(
    trx: Transaction,
    id: string,
    { checkedHash, newHash, now }: { checkedHash: string; newHash: string | null; now: Date },
  ): Promise<boolean> {
    const changed = await User.query(trx)
      .patch({ lastLoginAt: now, lastSeenAt: now, ...(newHash !== null && { passwordHash: newHash }) })
      .where({ id, password_hash: checkedHash })
      .whereRaw(isActiveSql('users'), { now });
    return changed === 1;
  }

  /**
   * Updates `last_seen_at`, at most once an hour; the version of the account stays the same. If the row is locked, the update
   * is skipped and made at the next use.
   */
  async recordUse(db: Connection, now: Date): Promise<void> {
    const before = new Date(now.getTime() - seenEveryMs);
    if (this.lastSeenAt !== null && this.lastSeenAt > before) return;
    await db.raw(
      `UPDATE users SET last_seen_at = :now WHERE id = (SELECT id FROM users
        WHERE id = :id AND (last_seen_at IS NULL OR last_seen_at <= :before) FOR NO KEY UPDATE SKIP LOCKED)`,
      { id: this.id, now, before },
    );
  }

  /** Whether the account may log in at the given time. A block ends when it expires. */
  isActive(now: Date): boolean {
    return this.deletedAt === null && !this.isBlocked(now);
  }

  /** Whether the account has a block that has not expired. */
  isBlocked(now: Date): boolean {
    return this.status === 'blocked' && (this.blockedUntil === null || this.blockedUntil > now);
  }

  /**
   * The strong entity tag of the public view (RFC 9110, 8.8.3): based on the version and the names of the roles, since
   * renaming a role changes the view but not the version (ADR 23), and on the id, since /users/me shows another account to
   * each caller. A login changes none of them, so the tag does not cover `last_login_at` (ADR 25). Needs `roles`.
   */
  get etag(): string {
    const names = createHash('sha256')
      .update([this.id, ...this.roles].join(' '))
      .digest('hex')
      .slice(0, 12);
    return `"${String(this.version)}-${names}"`;
  }

  /** The public representation, without the hash, the version and the reason for a block. */
  toPublic(): PublicUser {
    return {
      id: this.id,
      username: this.username,
      email: this.email,
      email_verified: this.emailVerified,
      description: this.description,
      current_goal: this.currentGoal,
      metadata: this.metadata,
      roles: this.roles,
      status: this.deletedAt === null ? this.status : 'deleted',
      created_at: this.createdAt.toISOString(),
      updated_at: this.updatedAt.toISOString(),
      last_login_at: this.lastLoginAt?.toISOString() ?? null,
      pending_email: this.pendingEmail,
    };
  }

  /**
   * The representation for administrators, with the block and the time of deletion.
   * @param now a block that has expired by then is not shown
   */
  toAdmin(now: Date): AdminUser {
    const isBlocked = this.isBlocked(now);
    return {
      ...this.toPublic(),
      status: this.deletedAt !== null ? 'deleted' : isBlocked ? 'blocked' : 'active',
      blocked_reason: isBlocked ? this.blockedReason : null,
      blocked_until: isBlocked ? (this.blockedUntil?.toISOString() ?? null) : null,
      deleted_at: this.deletedAt?.toISOString() ?? null,
    };
  }
}
