import type { IntrospectBody } from '../../contract/auth.js';
import { AppError } from '../../errors/app-error.js';
import { acceptToken } from '../../middleware/authenticate.js';
import { callerOf, type Handler } from '../../middleware/context.js';
import { holdsPermission } from '../../models/permission.js';
import type { AccessClaims } from '../../security/access-token.js';
import type { Services } from '../../services.js';

/** The claims of a token that is valid now and whose session is live; undefined for anything else. */
const liveClaims = async (services: Services, token: string, now: Date): Promise<AccessClaims | undefined> => {
  try {
    return (await acceptToken(services, token, now)).claims;
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_token') return undefined;
    throw error;
  }
};

/**
 * POST /api/v1/auth/introspect: says whether an access token is live, and whose it is (RFC 7662).
 * @throws {AppError} forbidden for a live token of another person without the permission `tokens:introspect`
 */
export const introspect = (services: Services): Handler<IntrospectBody> =>
  async function introspect(ctx) {
    const caller = callerOf(ctx);
    const claims = await liveClaims(services, ctx.state.body.token, ctx.state.now);
    if (!claims) {
      ctx.body = { active: false };
      return;
    }
    const mayAsk =
      claims.sub === caller.userId ||
      (await services.db.read((reader) => holdsPermission(reader, caller.userId, 'tokens:introspect')));
    if (!mayAsk) throw new AppError('forbidden');
    const { sub, sid, jti, username, roles, iss, aud, iat, exp } = claims;
    ctx.body = { active: true, token_type: 'Bearer', sub, sid, jti, username, roles, iss, aud, iat, exp };
  };
