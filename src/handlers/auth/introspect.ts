import type { IntrospectBody } from '../../contract/auth.js';
import { AppError } from '../../errors/app-error.js';
import { acceptToken } from '../../middleware/authenticate.js';
import { callerOf, type ApiContext, type Handler } from '../../middleware/context.js';
import { User } from '../../models/accounts/user.js';
import { holdsPermission } from '../../models/roles/permission.js';
import type { AccessClaims } from '../../security/access-claims.js';
import type { Services } from '../../services.js';

/** The claims of a token that is valid now and whose session is live; undefined for anything else. */
const liveClaims = async (
  services: Services,
  { state }: ApiContext<IntrospectBody>,
): Promise<AccessClaims | undefined> => {
  try {
    return (await acceptToken(services, state.body.token, state)).claims;
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_token') return undefined;
    throw error;
  }
};

/**
 * POST /api/v1/auth/introspect: returns whether an access token is live, and its user (RFC 7662). A caller without the
 * permission `tokens:introspect` sees the token of another user as inactive, since an error would reveal that it is live.
 * The permission is read on every request, so that both cases take the same time.
 */
export const introspect = (services: Services): Handler<IntrospectBody> =>
  async function introspect(ctx) {
    const { userId } = callerOf(ctx);
    const isPermitted = await services.db.read((reader) => holdsPermission(reader, userId, 'tokens:introspect'));
    const claims = await liveClaims(services, ctx);
    if (!claims || (claims.sub !== userId && !isPermitted)) {
      ctx.body = { active: false };
      return;
    }
    const { sub, sid, jti, username, iss, aud, iat, exp } = claims;
    // The current roles, not those in the token: a service that introspects it must not accept one that was removed since.
    const { roles = [] } = (await services.db.read((reader) => User.findAccount(reader, sub))) ?? {};
    ctx.body = { active: true, token_type: 'Bearer', sub, sid, jti, username, roles, iss, aud, iat, exp };
  };
