import { AppError } from '../errors/app-error.js';
import { rateLimitHeaders } from '../limits/rate-limiter.js';
import type { PolicyName } from '../limits/policy.js';
import type { Services } from '../services.js';
import type { RequestState, Middleware } from './context.js';

/** The part of a request context that rate limits use. */
interface CountedRequest {
  readonly state: Pick<RequestState, 'settings' | 'clientKey'>;
  set(fields: Record<string, string>): void;
}

/**
 * Whether the RateLimit headers of a policy are always sent, or only with a 429 (if it is not the policy of the route).
 */
type Visibility = 'always' | 'when refused';

const count = async (
  { rateLimiter }: Services,
  policy: PolicyName,
  ctx: CountedRequest,
  visibility: Visibility,
): Promise<void> => {
  const { rateLimit: limits } = ctx.state.settings;
  if (!limits.enabled) return;
  const result = await rateLimiter.consume(policy, ctx.state.clientKey, limits);
  if (visibility === 'always' || !result.allowed) ctx.set(rateLimitHeaders(result));
  if (result.allowed) return;
  const detail = policy === 'mailRequest' ? 'Too many emails have been requested from this address.' : undefined;
  throw new AppError('rate_limited', {
    retryAfterSeconds: result.retryAfterSeconds,
    ...(detail !== undefined && { detail }),
  });
};

/**
 * Counts a request of the client under a policy, before any other work.
 * @param policy a policy of `rateLimit.*`; `global` sends its headers only with a 429
 * @throws {AppError} rate_limited
 */
export const rateLimit = (services: Services, policy: PolicyName): Middleware =>
  async function rateLimit(ctx, next) {
    await count(services, policy, ctx, policy === 'global' ? 'when refused' : 'always');
    await next();
  };

/**
 * Counts a request that will send mail under `rateLimit.mailRequest`, by client IP address; all kinds of mail share one
 * count. A route on which every request sends mail has `limit: 'mailRequest'` instead. A handler calls this if it
 * depends on the body whether mail is sent (registration with an email address, a change of the address): once per
 * request, before it hashes, reads or writes. A replayed idempotent request is not counted, since it does not reach the
 * handler. The headers of this policy are sent only with a 429.
 * @throws {AppError} rate_limited
 */
export const consumeMailRequestLimit = (services: Services, ctx: CountedRequest): Promise<void> =>
  count(services, 'mailRequest', ctx, 'when refused');
