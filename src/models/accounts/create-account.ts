import type { Database, Transaction } from '../../database/database.js';
import { AppError } from '../../errors/app-error.js';
import type { Actor, RequestMetadata } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
import { countEvent } from '../counters.js';
import { OneTimeToken, type IssuedToken } from '../login/one-time-token.js';
import { User, type NewUser } from './user.js';
import { assertCanGrantPermissions } from '../roles/authorization.js';
import { assertCanAssignRoles } from '../roles/user-roles.js';
import { handleEmailChange } from './verified-email.js';

/** A user who signs up. */
export interface Registration extends NewUser {
  readonly now: Date;
  readonly requestMetadata: RequestMetadata;
  /** Runs in the transaction with the new account. */
  readonly within: (trx: Transaction, user: User) => Promise<void>;
}

/**
 * Creates an account with the role `user`, and enqueues a verification link to its email address, if it has one.
 * @throws {AppError} username_taken, with an audit event
 */
export const registerAccount = async (
  db: Database,
  { now, requestMetadata, within, ...profile }: Registration,
): Promise<User> => {
  try {
    return await db.transaction(async (trx) => {
      const user = await User.register(trx, profile);
      const actor = { actorId: user.id, requestMetadata };
      await AuditEvent.record(trx, 'user.registered', actor, { subjectId: user.id });
      await countEvent(trx, 'registrations', now);
      await handleEmailChange(trx, null, user, { now });
      await within(trx, user);
      return user;
    });
  } catch (error) {
    // Audited to reveal attempts at many names; it also makes a rejection take as long as a registration.
    if (error instanceof AppError && error.code === 'username_taken') {
      const event = { result: 'failure', details: { reason: error.code } } as const;
      await AuditEvent.record(db.knex, 'user.registered', { actorId: null, requestMetadata }, event);
    }
    throw error;
  }
};

/** The role of an account unless others are named. */
const defaultRole = 'user';

/** An account that an administrator creates. */
export interface NewAccount extends Omit<NewUser, 'passwordHash'> {
  readonly roles: readonly string[];
  readonly now: Date;
  /** Lifetime in milliseconds of the token with which the user sets a password. */
  readonly ttl: number;
}

/**
 * Creates an account without a password, and issues the token to set it. Other roles than `user` require `roles:write`, as
 * their assignment to an existing account does: other services may rely on a role that has no permission here.
 * @throws {AppError} forbidden for roles without `roles:write` and for a role with a permission that the actor lacks,
 * validation_failed for an unknown role, username_taken
 */
export const createAccount = async (
  trx: Transaction,
  actor: Actor,
  { roles, now, ttl, ...profile }: NewAccount,
): Promise<{ user: User; issued: IssuedToken; isMailed: boolean }> => {
  if (roles.some((name) => name !== defaultRole)) await assertCanGrantPermissions(trx, actor, ['roles:write']);
  await assertCanAssignRoles(trx, actor, roles);
  const user = await User.register(trx, { ...profile, passwordHash: null }, roles);
  const request = { purpose: 'password_reset', userId: user.id, address: null, now, ttl } as const;
  const issued = await OneTimeToken.issue(trx, { ...request, issuedBy: actor.actorId });
  await AuditEvent.record(trx, 'user.created', actor, { subjectId: user.id, details: { roles: user.roles } });
  const { isMailed } = await handleEmailChange(trx, null, user, { now });
  return { user, issued, isMailed };
};

/**
 * Creates an account with the roles `user` and `admin`.
 * @throws {AppError} username_taken
 */
export const registerAdministrator = async (
  trx: Transaction,
  actor: Actor,
  { username, passwordHash }: Pick<NewUser, 'username' | 'passwordHash'>,
): Promise<User> => {
  const profile = { email: null, description: null, currentGoal: null };
  const user = await User.register(trx, { username, passwordHash, ...profile }, ['user', 'admin']);
  await AuditEvent.record(trx, 'admin.bootstrapped', actor, { subjectId: user.id });
  return user;
};
