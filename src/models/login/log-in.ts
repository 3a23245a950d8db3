import type { Database, Transaction } from '../../database/database.js';
import { AppError } from '../../errors/app-error.js';
import { invalidLink } from '../../errors/invalid-link.js';
import { endExpiredBlock, lockActiveAccount } from '../accounts/account-lifecycle.js';
import { confirmOwnership } from '../accounts/account-ownership.js';
import type { RequestMetadata } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
import { countEvent } from '../counters.js';
import { recordEndedSessions } from '../sessions/end-session.js';
import type { AttemptCount, LoginAttempts } from './login-attempts.js';
import { OneTimeToken } from './one-time-token.js';
import type { IssuedRefreshToken, RefreshLifetimes, SessionClient } from '../sessions/refresh-token.js';
import { Session } from '../sessions/session.js';
import { User } from '../accounts/user.js';
import { findByVerifiedEmail, isEmailOf, registerByEmail } from '../accounts/verified-email.js';

/** Options for creating the session of a login. */
export interface LoginContext {
  readonly db: Database;
  readonly attempts: LoginAttempts;
  readonly now: Date;
  readonly requestMetadata: RequestMetadata;
  readonly lifetimes: RefreshLifetimes;
  /** `api` by default. */
  readonly client?: SessionClient;
  /** Active sessions that an account can have, the new one included (`auth.sessions.maxPerAccount`). */
  readonly maxPerAccount: number;
}

/** A new session, for the token response. */
export interface IssuedSession {
  readonly user: User;
  readonly sessionId: string;
  readonly refreshToken: IssuedRefreshToken;
}

/**
 * Creates a session, and ends the oldest sessions of the account beyond the limit, with an audit event for each. The caller
 * holds the lock of the account's row, so concurrent logins cannot exceed the limit.
 */
export const createSession = async (
  trx: Transaction,
  userId: string,
  { now, requestMetadata, lifetimes, client, maxPerAccount }: Omit<LoginContext, 'db' | 'attempts'>,
): Promise<{ session: Session; refreshToken: IssuedRefreshToken }> => {
  const created = await Session.create(trx, {
    ...{ userId, requestMetadata, now, lifetimes },
    ...(client !== undefined && { client }),
  });
  const keptId = created.session.id;
  const sessionIds = await Session.endOldest(trx, { userId, keptId, keep: maxPerAccount - 1, now });
  await recordEndedSessions(trx, { actorId: userId, requestMetadata }, userId, { sessionIds, reason: 'session_limit' });
  await Session.trimEnded(trx, userId);
  return created;
};

const issueSession = async (
  trx: Transaction,
  context: LoginContext,
  user: User,
  details: Readonly<Record<string, unknown>> = {},
): Promise<IssuedSession> => {
  const actor = { actorId: user.id, requestMetadata: context.requestMetadata };
  await endExpiredBlock(trx, actor, user);
  const { session, refreshToken } = await createSession(trx, user.id, context);
  const client = context.client === undefined ? {} : { client: context.client };
  const event = { subjectId: user.id, details: { session_id: session.id, ...client, ...details } };
  await AuditEvent.record(trx, 'user.login', actor, event);
  await countEvent(trx, 'logins', context.now);
  return { user, sessionId: session.id, refreshToken };
};

/**
 * Logs in a user whose password was correct.
 * @param login.newHash a stronger hash to store, or null
 * @returns undefined if the account has been blocked or deleted, or its password replaced, since the password was checked
 */
export const logInWithPassword = (
  context: LoginContext,
  { user, newHash, count }: { readonly user: User; readonly newHash: string | null; readonly count: AttemptCount },
): Promise<IssuedSession | undefined> =>
  context.db.transaction(async (trx) => {
    const { attempts, now } = context;
    const checkedHash = user.passwordHash ?? '';
    if (!(await User.recordPasswordLogin(trx, user.id, { checkedHash, newHash, now }))) return undefined;
    await attempts.succeeded(trx, count);
    user.lastLoginAt = now;
    return issueSession(trx, context, user);
  });

/** A login link that is used. */
interface MagicLink {
  /** The token as it was found before; it is consumed in the transaction. */
  readonly found: OneTimeToken;
  readonly token: string;
  /** Whether an email address without an account creates one (`registration.open`). */
  readonly isRegistrationOpen: boolean;
}

/** Records a login without a password. */
const recordLogin = async (trx: Transaction, userId: string, now: Date): Promise<User> => {
  await User.query(trx).findById(userId).patch({ lastLoginAt: now, lastSeenAt: now });
  return (await User.findAccount(trx, userId)) as User;
};

const consumeToken = async (trx: Transaction, token: string, now: Date): Promise<void> => {
  if (!(await OneTimeToken.consume(trx, { purpose: 'magic_link', token, now }))) throw invalidLink('login link');
};

const signUp = async (trx: Transaction, context: LoginContext, { token, found }: MagicLink): Promise<string> => {
  // Consumed first: of concurrent uses, one creates the account, and the others wait here and fail.
  await consumeToken(trx, token, context.now);
  const { id } = await registerByEmail(trx, found.address ?? '');
  const actor = { actorId: id, requestMetadata: context.requestMetadata };
  await AuditEvent.record(trx, 'user.registered', actor, { subjectId: id, details: { method: 'magic_link' } });
  await countEvent(trx, 'registrations', context.now);
  return id;
};

/** Consumes the token, and finds or creates the account: the one that has verified the address, not one that only names it. */
const consumeMagicLink = async (
  trx: Transaction,
  context: LoginContext,
  link: MagicLink,
): Promise<{ user: User; isMailed: boolean }> => {
  const { now, requestMetadata } = context;
  const { found, token } = link;
  const email = found.address ?? '';
  const knownId = found.userId ?? (await findByVerifiedEmail(trx, email))?.id;
  if (knownId === undefined) {
    if (!link.isRegistrationOpen) throw new AppError('registration_closed');
    return { user: await recordLogin(trx, await signUp(trx, context, link), now), isMailed: false };
  }
  const known = await lockActiveAccount(trx, knownId, now);
  if (known?.emailVerified !== true || !isEmailOf(known, email)) throw invalidLink('login link');
  await consumeToken(trx, token, now);
  const { isMailed } = await confirmOwnership(trx, known, { method: 'magic_link', now, requestMetadata });
  return { user: await recordLogin(trx, known.id, now), isMailed };
};

/**
 * Logs in with a login link. A verified email address without an account creates one. If the address was verified without
 * a session of the account, the account is secured for the owner of the address (ADR 22).
 * @returns the session, and whether an email was enqueued
 * @throws {AppError} invalid_token, registration_closed
 */
export const logInWithMagicLink = async (
  context: LoginContext,
  link: MagicLink,
): Promise<IssuedSession & { readonly isMailed: boolean }> => {
  const attempt = () =>
    context.db.transaction(async (trx) => {
      const { user, ...facts } = await consumeMagicLink(trx, context, link);
      await context.attempts.clear(trx, user);
      return { ...(await issueSession(trx, context, user, { method: 'magic_link' })), ...facts };
    });
  try {
    return await attempt();
  } catch (error) {
    // A concurrent request verified the address or took the generated username.
    if (error instanceof AppError && (error.code === 'email_taken' || error.code === 'username_taken')) {
      return attempt();
    }
    throw error;
  }
};
