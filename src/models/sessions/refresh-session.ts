import type { Database, Transaction } from '../../database/database.js';
import type { RequestMetadata } from '../actor.js';
import { endReusedSession, endSession, type SessionReference } from './end-session.js';
import { RefreshToken, type RotateInput, type Rotation } from './refresh-token.js';

/** The result of a refresh; `isSessionEnded` is true if a reused token ended its session. */
export type RefreshResult = Rotation & { readonly isSessionEnded?: boolean };

/**
 * Rotates a refresh token. If it was used before and its grace period is over, its session ends (RFC 9700, 4.14.2).
 * @param assertAllowed rejects accounts that must not refresh now, which undoes the rotation
 */
export const refreshSession = (
  db: Database,
  input: RotateInput & { readonly requestMetadata: RequestMetadata },
  assertAllowed: (trx: Transaction, userId: string) => Promise<void>,
): Promise<RefreshResult> =>
  db.transaction(async (trx) => {
    const result = await RefreshToken.rotate(trx, input);
    if (result.outcome === 'successor') await assertAllowed(trx, result.userId);
    if (result.outcome !== 'reused') return result;
    const actor = { actorId: null, requestMetadata: input.requestMetadata };
    return { ...result, isSessionEnded: await endReusedSession(trx, actor, result, input.now) };
  });

/** Ends a session at the request of its owner. */
export const logOut = (
  db: Database,
  session: SessionReference,
  { now, requestMetadata }: { readonly now: Date; readonly requestMetadata: RequestMetadata },
): Promise<boolean> => {
  const actor = { actorId: session.userId, requestMetadata };
  return db.transaction((trx) => endSession(trx, actor, session, { reason: 'logout', now }));
};

/**
 * Ends the session of a refresh token. If the token was used before and its grace period is over, this counts as reuse.
 * @param grace in milliseconds
 * @returns whether a refresh would accept the token, and whether its reuse ended the session
 */
export const logOutByRefreshToken = (
  db: Database,
  {
    token,
    grace,
    now,
    requestMetadata,
  }: Omit<RotateInput, 'lifetimes' | 'secretBox'> & {
    readonly grace: number;
    readonly requestMetadata: RequestMetadata;
  },
): Promise<{ readonly isValid: boolean; readonly isReused: boolean }> =>
  db.transaction(async (trx) => {
    const state = await RefreshToken.inspect(trx, { token, now, grace });
    if (state.outcome === 'reused') {
      const isReused = await endReusedSession(trx, { actorId: null, requestMetadata }, state, now);
      return { isValid: false, isReused };
    }
    if (state.outcome !== 'usable') return { isValid: false, isReused: false };
    const actor = { actorId: state.userId, requestMetadata };
    await endSession(trx, actor, state, { reason: 'logout', now });
    return { isValid: true, isReused: false };
  });
