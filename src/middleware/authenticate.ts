import { AppError } from '../errors/app-error.js';
import type { ActiveSession } from '../models/sessions/session-loader.js';
import type { AccessClaims } from '../security/access-claims.js';
import type { VerifyOptions } from '../security/access-token.js';
import type { Services } from '../services.js';
import type { Caller, RequestState, Middleware } from './context.js';

/** The settings and the time of the request, against which a token is checked. */
type RequestStart = Pick<RequestState, 'settings' | 'now'>;

/** RFC 6750, 2.1: the scheme, in upper or lower case, and the token. */
const bearerForm = /^Bearer +(?<token>[^ ]+) *$/i;

/** The claims of an accepted token, and its live session; undefined only for an expired token that was accepted. */
interface Accepted {
  readonly claims: AccessClaims;
  readonly session: ActiveSession | undefined;
}

/**
 * Verifies an access token and its session, which must be live. With `acceptExpired`, a token that has expired is
 * accepted as well, whether or not its session is live.
 * @throws {AppError} invalid_token for any other token
 */
export const acceptToken = async (
  { accessTokens, sessions }: Services,
  token: string,
  start: RequestStart,
  options: VerifyOptions = {},
): Promise<Accepted> => {
  const { settings, now } = start;
  const claims = await accessTokens.verify(token, settings.auth, options);
  if (options.acceptExpired === true && claims.exp * 1000 <= now.getTime()) return { claims, session: undefined };
  const session = await sessions.find(claims.sid, now);
  if (session?.userId !== claims.sub || isIdle(session, start)) throw new AppError('invalid_token');
  return { claims, session };
};

/** Whether a session of the operator console has ended because it was not refreshed within `console.idleTimeout`. */
const isIdle = ({ consoleUsedAt }: ActiveSession, { settings, now }: RequestStart): boolean =>
  consoleUsedAt !== null && now.getTime() - consoleUsedAt.getTime() >= settings.console.idleTimeout;

const bearerOf = (header: string): string => {
  const token = bearerForm.exec(header)?.groups?.['token'];
  if (token === undefined) throw new AppError('invalid_token');
  return token;
};

/**
 * The caller of an `Authorization` header.
 * @throws {AppError} invalid_token
 */
export const acceptBearer = async (services: Services, header: string, start: RequestStart): Promise<Caller> => {
  const { claims, session } = await acceptToken(services, bearerOf(header), start);
  if (!session) throw new AppError('invalid_token');
  return { ...session, tokenRoles: claims.roles };
};

/**
 * Accepts the bearer token of a live session. The session is looked up on every request, so an ended one is rejected
 * immediately, on every instance.
 * @param mode `required` rejects requests without a token; `optional` accepts them without a caller
 * @throws {AppError} unauthorized without a token, invalid_token with an invalid one
 */
export const authenticate = (services: Services, mode: 'required' | 'optional'): Middleware =>
  async function authenticate(ctx, next) {
    const header = ctx.get('Authorization');
    if (header !== '') ctx.state.caller = await acceptBearer(services, header, ctx.state);
    else if (mode === 'required') throw new AppError('unauthorized');
    await next();
  };

/**
 * For logout: also accepts an expired bearer token. Sets the session to end, but no caller. Accepts requests without a
 * token.
 * @throws {AppError} invalid_token
 */
export const authenticateLogout = (services: Services): Middleware =>
  async function authenticateLogout(ctx, next) {
    const header = ctx.get('Authorization');
    if (header !== '') {
      const { claims } = await acceptToken(services, bearerOf(header), ctx.state, { acceptExpired: true });
      ctx.state.endedByBearer = { userId: claims.sub, sessionId: claims.sid };
    }
    await next();
  };
