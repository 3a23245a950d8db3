import type { LoginBody } from '../../contract/auth.js';
import { AppError } from '../../errors/app-error.js';
import type { AttemptCount, LoginAttempt } from '../../limits/login-attempts.js';
import type { ApiContext, Handler } from '../../middleware/context.js';
import { AuditEvent } from '../../models/audit-event.js';
import { nobody } from '../../models/base-model.js';
import { Session } from '../../models/session.js';
import { User } from '../../models/user.js';
import type { Services } from '../../services.js';
import { admit } from './admit.js';
import { refuseDuringMaintenance } from './refuse-during-maintenance.js';
import { tokensFor } from './tokens.js';

/**
 * POST /api/v1/auth/login: exchanges a username (or a verified address) and password for a token pair.
 * Unknown, blocked and deleted accounts get the same answer after the same work as a wrong password.
 * @throws {AppError} invalid_credentials, too_many_attempts, overloaded, maintenance
 */
export const login = (services: Services): Handler<LoginBody> =>
  async function login(ctx) {
    const { db, attempts, passwords } = services;
    const { body, addressKey, now, deadline, settings } = ctx.state;
    const user = await db.read((connection) => User.findByLogin(connection, body.username));
    const attempt: LoginAttempt = {
      account: (user?.username ?? body.username.normalize('NFC')).toLowerCase(),
      address: addressKey,
      isKnownAddress: await db.read((reader) => Session.isKnownAddress(reader, user?.id ?? nobody, addressKey, now)),
    };
    const count = await attempts.count(attempt, settings.rateLimit);
    const isActive = user?.isActive(now) === true;
    const storedHash = user?.passwordHash ?? null;
    const proof = await deadline.pausedDuring(() => passwords.verify(body.password, storedHash, settings));
    const isProved = proof.matches && isActive;
    if (isProved) await refuseDuringMaintenance(services, ctx, user, attempt);
    const issued = isProved ? await admit(services, ctx, user, proof) : undefined;
    if (!issued) {
      await recordFailure(services, ctx, user, count);
      throw new AppError('invalid_credentials');
    }
    await attempts.succeeded(attempt);
    ctx.body = await tokensFor(services, ctx, issued);
  };

const recordFailure = async (
  { db }: Services,
  { state }: ApiContext<LoginBody>,
  user: User | undefined,
  { isLast }: AttemptCount,
): Promise<void> => {
  const about = { result: 'failure', actorId: null, subjectId: user?.id ?? null } as const;
  await AuditEvent.record(db.knex, { action: 'user.login_failed', ...about }, state.origin);
  if (isLast) await AuditEvent.record(db.knex, { action: 'user.locked_out', ...about }, state.origin);
};
