import type { AuthorizationServer } from '../../contract/system.js';
import { entityTagOf } from '../../contract/entity-tag.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';
import { jwksMaxAge } from './jwks.js';

/**
 * GET /.well-known/oauth-authorization-server: the issuer of access tokens and the URL of the public keys (RFC 8414,
 * section 2). There is no OAuth flow, so the lists of flows are empty and flow endpoints are omitted.
 */
export const authorizationServer = (services: Services): Handler =>
  function authorizationServer(ctx) {
    const { auth, docs } = ctx.state.settings;
    const base = services.publicUrl();
    const metadata: AuthorizationServer = {
      issuer: auth.issuer,
      jwks_uri: `${base}/.well-known/jwks.json`,
      response_types_supported: [],
      grant_types_supported: [],
      ...(docs.enabled && { service_documentation: `${base}/docs` }),
    };
    ctx.set({ 'Cache-Control': jwksMaxAge, ETag: entityTagOf(metadata) });
    ctx.body = metadata;
  };
