import type { Tokens } from '../../contract/auth.js';
import type { ApiContext } from '../../middleware/context.js';
import type { RefreshLifetimes } from '../../models/refresh-token.js';
import type { User } from '../../models/user.js';
import type { Services } from '../../services.js';

/** What a token pair is made from. */
export interface IssuedSession {
  readonly user: User;
  readonly sessionId: string;
  readonly refreshToken: { readonly token: string; readonly expiresAt: Date };
}

/** The lifetimes that hold for tokens issued by this request. */
export const refreshLifetimes = (ctx: ApiContext): RefreshLifetimes => ctx.state.settings.auth.refresh;

/** The lifetimes and the limit that hold for a session opened by this request. */
export const sessionOptions = (ctx: ApiContext): { lifetimes: RefreshLifetimes; maxPerAccount: number } => ({
  lifetimes: refreshLifetimes(ctx),
  maxPerAccount: ctx.state.settings.auth.sessions.maxPerAccount,
});

/** The answer of login and refresh: a signed access token, the refresh token, and whom they are for. */
export const tokenResponse = async (
  { accessTokens, keys }: Services,
  ctx: ApiContext,
  { user, sessionId, refreshToken }: IssuedSession,
): Promise<Tokens> => {
  await keys.refreshIfStale();
  const subject = { userId: user.id, sessionId, username: user.username, roles: user.roles };
  const access = accessTokens.sign(subject, ctx.state.settings.auth);
  return {
    access_token: access.token,
    token_type: 'Bearer',
    expires_in: access.expiresInSeconds,
    refresh_token: refreshToken.token,
    refresh_expires_in: Math.max(1, Math.floor((refreshToken.expiresAt.getTime() - ctx.state.now.getTime()) / 1000)),
    user: user.toPublic(),
  };
};
