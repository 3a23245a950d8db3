import { AppError } from '../errors/app-error.js';
import { rateLimitFields } from '../limits/fields.js';
import type { PolicyName } from '../limits/policy.js';
import type { Services } from '../services.js';
import type { Wrapper } from './context.js';

/**
 * Counts a request of this address under a policy before any work is done for it.
 * @param policy a policy of `rateLimit.*`; `global` shows its fields only when it refuses
 * @throws {AppError} rate_limited
 */
export const rateLimit = ({ limiter }: Services, policy: PolicyName): Wrapper =>
  async function rateLimit(ctx, next) {
    const { rateLimit: limits } = ctx.state.settings;
    if (!limits.enabled) {
      await next();
      return;
    }
    const verdict = await limiter.consume(policy, ctx.state.addressKey, limits);
    if (policy !== 'global' || !verdict.allowed) ctx.set(rateLimitFields(verdict));
    if (!verdict.allowed) throw new AppError('rate_limited', { retryAfterSeconds: verdict.retryAfterSeconds });
    await next();
  };
