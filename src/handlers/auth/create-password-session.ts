import type { LoginBody } from '../../contract/auth.js';
import type { ApiContext } from '../../middleware/context.js';
import { AuditEvent } from '../../models/audit-event.js';
import type { AttemptCount } from '../../models/login-attempts.js';
import { createSession } from '../../models/open-session.js';
import { User } from '../../models/user.js';
import { endExpiredBlock } from '../../models/user-lifecycle.js';
import type { PasswordResult } from '../../security/password.js';
import type { Services } from '../../services.js';
import { sessionOptions, type IssuedSession } from './tokens.js';

/** A login whose password was found right. */
interface PasswordLogin {
  readonly user: User;
  /** The verdict on `user.passwordHash`. */
  readonly proof: PasswordResult;
  readonly count: AttemptCount;
}

/** How often a password is checked again because the hash was replaced meanwhile. */
const maxChecks = 3;

/**
 * Opens a session for someone whose password was found right. When the hash was replaced in the meantime, by a login beside
 * this one that raised its cost or by a change of the password, the password is checked against the new one.
 * @returns nothing when the account is no longer there, is blocked, or has another password now
 */
export const createPasswordSession = async (
  services: Services,
  ctx: ApiContext<LoginBody>,
  { user, proof, count }: PasswordLogin,
): Promise<IssuedSession | undefined> => {
  const { body, now, deadline, settings } = ctx.state;
  let [checked, verdict] = [user, proof];
  for (let check = 1; verdict.matches && checked.isActive(now); check += 1) {
    const issued = await createSessionIfUnchanged(services, ctx, { user: checked, proof: verdict, count });
    if (issued || check === maxChecks) return issued;
    const fresh = await services.db.read((connection) => User.findAccount(connection, user.id));
    if (!fresh || fresh.passwordHash === checked.passwordHash) return undefined;
    verdict = await deadline.pausedDuring(() => services.passwords.verify(body.password, fresh.passwordHash, settings));
    checked = fresh;
  }
  return undefined;
};

/** Opens the session, unless the account has changed since the password was checked. */
const createSessionIfUnchanged = async (
  { db, passwords, attempts }: Services,
  ctx: ApiContext<LoginBody>,
  { user, proof, count }: PasswordLogin,
): Promise<IssuedSession | undefined> => {
  const { now, requestMetadata, body, deadline, settings } = ctx.state;
  const checkedHash = user.passwordHash ?? '';
  const newHash = proof.needsRehash
    ? await deadline.pausedDuring(() => passwords.rehash(body.password, checkedHash, settings))
    : null;
  return db.transaction(async (trx) => {
    const isUnchanged = await User.recordPasswordLogin(trx, user.id, { checkedHash, newHash, now });
    if (!isUnchanged) return undefined;
    await attempts.succeeded(trx, count);
    await endExpiredBlock(trx, user, requestMetadata);
    const { session, refreshToken } = await createSession(trx, {
      userId: user.id,
      requestMetadata,
      now,
      ...sessionOptions(ctx),
    });
    const ids = { actorId: user.id, subjectId: user.id, details: { session_id: session.id } };
    await AuditEvent.record(trx, { action: 'user.login', result: 'success', ...ids }, requestMetadata);
    user.lastLoginAt = now;
    return { user, sessionId: session.id, refreshToken };
  });
};
