import { randomUUID } from 'node:crypto';
import { addressKey, clientAddress } from '../limits/address.js';
import type { Services } from '../services.js';
import type { Logger } from '../observability/logger.js';
import type { RequestState, Wrapper } from './context.js';

/** A caller's own request id is taken over when it is a token of at most 128 characters. */
const saneRequestId = /^[A-Za-z0-9._:+/=@-]{1,128}$/;

/** Characters of a user agent that are kept. */
const userAgentLength = 512;

const requestIdOf = (sent: string): string => (saneRequestId.test(sent) ? sent : randomUUID());

/** A child log costs more than most requests need, so it is made when the first line is written. */
const lendLog = (state: RequestState, log: Logger, requestId: string): void => {
  let child: Logger | undefined;
  Object.defineProperty(state, 'log', { get: () => (child ??= log.child({ request_id: requestId })) });
};

/**
 * Opens each request: takes the configuration snapshot and the time once, finds the caller's address, and gives the
 * request its id, which stands in `X-Request-Id` and on every log line.
 */
export const requestContext = ({
  config,
  clock,
  log,
  life,
}: Pick<Services, 'config' | 'clock' | 'log' | 'life'>): Wrapper =>
  async function requestContext(ctx, next) {
    const settings = config.current;
    const requestId = requestIdOf(ctx.get('X-Request-Id'));
    const address = clientAddress(
      ctx.req.socket.remoteAddress ?? '',
      ctx.req.headers['x-forwarded-for'] as string | undefined,
      settings.server.trustedProxyHops,
    );
    const userAgent = ctx.get('User-Agent').slice(0, userAgentLength);
    ctx.state.settings = settings;
    ctx.state.now = clock.now();
    lendLog(ctx.state, log, requestId);
    ctx.state.origin = { address, userAgent: userAgent === '' ? null : userAgent, requestId };
    ctx.state.addressKey = addressKey(address);
    ctx.set('X-Request-Id', requestId);
    await next();
    if (life.stopping) ctx.set('Connection', 'close');
  };
