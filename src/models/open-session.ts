import type { Transaction } from '../database/database.js';
import { recordEndedSessions } from './ended-sessions.js';
import type { IssuedRefreshToken } from './refresh-token.js';
import { Session, type NewSession } from './session.js';

/** What a login needs to open a session. */
export interface SessionRequest extends NewSession {
  /** Live sessions that the account may have, the new one included (`auth.sessions.maxPerAccount`). */
  readonly maxPerAccount: number;
}

/**
 * Opens a session for a login, and ends the oldest sessions of the account beyond the limit, with an audit event for each.
 * The caller holds the lock on the row of the account: concurrent logins count one after the other, so the limit is exact.
 * Of the sessions that have ended, the newest thousand are kept.
 */
export const createSession = async (
  trx: Transaction,
  { maxPerAccount, ...request }: SessionRequest,
): Promise<{ session: Session; refreshToken: IssuedRefreshToken }> => {
  const opened = await Session.create(trx, request);
  const { userId, requestMetadata, now } = request;
  const ended = await Session.endOldest(trx, { userId, keptId: opened.session.id, keep: maxPerAccount - 1, now });
  await recordEndedSessions(trx, ended, { actorId: userId, subjectId: userId }, requestMetadata, 'session_limit');
  await Session.trimEnded(trx, userId);
  return opened;
};
