import { AppError } from '../errors/app-error.js';
import type { LiveSession } from '../models/session-lookup.js';
import type { AccessClaims } from '../security/access-token.js';
import type { Services } from '../services.js';
import type { Caller, RequestState, Wrapper } from './context.js';

/** What a token is checked against: the configuration and the time that the request began with. */
type RequestStart = Pick<RequestState, 'settings' | 'now'>;

/** RFC 6750, 2.1: the token after the scheme, whose name has no case. */
const bearerForm = /^Bearer +(?<token>[^ ]+) *$/i;

/**
 * What an access token says, and the session that it belongs to, which is live now.
 * @throws {AppError} invalid_token for any other text
 */
export const acceptToken = async (
  { accessTokens, sessions }: Services,
  token: string,
  { settings, now }: RequestStart,
): Promise<{ claims: AccessClaims; session: LiveSession }> => {
  const claims = await accessTokens.verify(token, settings.auth);
  const session = await sessions.find(claims.sid, now);
  if (session?.userId !== claims.sub) throw new AppError('invalid_token');
  return { claims, session };
};

/**
 * The caller behind an `Authorization` header.
 * @throws {AppError} invalid_token
 */
export const acceptBearer = async (services: Services, header: string, start: RequestStart): Promise<Caller> => {
  const token = bearerForm.exec(header)?.groups?.['token'];
  if (token === undefined) throw new AppError('invalid_token');
  const { claims, session } = await acceptToken(services, token, start);
  return { ...session, tokenRoles: claims.roles };
};

/**
 * Accepts the bearer token of a live session. The session is looked up for every request, so an ended one is refused
 * at once, on every instance.
 * @param mode `required` refuses requests without a token; `optional` lets them through without a caller
 * @throws {AppError} unauthorized without a token, invalid_token with a bad one
 */
export const authenticate = (services: Services, mode: 'required' | 'optional'): Wrapper =>
  async function authenticate(ctx, next) {
    const header = ctx.get('Authorization');
    if (header !== '') ctx.state.caller = await acceptBearer(services, header, ctx.state);
    else if (mode === 'required') throw new AppError('unauthorized');
    await next();
  };
