import type { Tokens } from '../contract/auth.js';
import type { ApiContext } from '../middleware/context.js';
import type { IssuedSession, LoginContext } from '../models/login/log-in.js';
import type { Services } from '../services.js';

/** The dependencies and request data for creating a session. */
export const loginContext = ({ db, attempts }: Services, { state }: ApiContext): LoginContext => {
  const { now, requestMetadata, settings } = state;
  const { refresh: lifetimes, sessions } = settings.auth;
  return { db, attempts, now, requestMetadata, lifetimes, maxPerAccount: sessions.maxPerAccount };
};

/** The response of login and refresh: a signed access token, the refresh token, and the user. */
export const tokenResponse = async (
  { accessTokens, keys }: Services,
  { state }: ApiContext,
  { user, sessionId, refreshToken }: IssuedSession,
): Promise<Tokens> => {
  state.issuedTo = user.id;
  await keys.refreshIfStale();
  const subject = { userId: user.id, sessionId, username: user.username, roles: user.roles };
  const access = accessTokens.sign(subject, state.settings.auth);
  return {
    access_token: access.token,
    token_type: 'Bearer',
    expires_in: access.expiresInSeconds,
    refresh_token: refreshToken.token,
    refresh_expires_in: Math.max(1, Math.floor((refreshToken.expiresAt.getTime() - state.now.getTime()) / 1000)),
    user: user.toPublic(),
  };
};
