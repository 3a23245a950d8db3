import type { Services } from '../services.js';
import type { Middleware } from './context.js';

/** The log message of the warning below. */
const message =
  'X-Forwarded-For received, but server.trustedProxyHops is 0: all clients behind the proxy share one rate limit';

/**
 * Logs one warning when a request carries X-Forwarded-For while no proxy is trusted. The header is then ignored, so all
 * clients behind a proxy count as one. Logged once per app, so that requests cannot fill the log.
 */
export const untrustedProxyWarning = ({ log }: Pick<Services, 'log'>): Middleware => {
  let isLogged = false;
  return function untrustedProxyWarning(ctx, next) {
    const { trustedProxyHops } = ctx.state.settings.server;
    if (!isLogged && trustedProxyHops === 0 && ctx.get('X-Forwarded-For') !== '') {
      isLogged = true;
      log.warn({ event: 'http.proxy_not_trusted', setting: 'server.trustedProxyHops' }, message);
    }
    return next();
  };
};
