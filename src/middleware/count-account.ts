import { AppError } from '../errors/app-error.js';
import type { PolicyName } from '../limits/policy.js';
import type { Services } from '../services.js';
import type { ApiContext } from './context.js';

/**
 * Counts an attempt for one account or email address, from any client.
 * @param key the account or address; it need not exist
 * @throws {AppError} too_many_attempts
 */
export const consumeAccountLimit = async (
  { rateLimiter }: Services,
  { state }: ApiContext,
  policy: PolicyName,
  key: string,
): Promise<void> => {
  const { allowed, retryAfterSeconds } = await rateLimiter.consume(policy, key, state.settings.rateLimit);
  if (allowed) return;
  const detail = 'Too many emails have been requested for this account or address.';
  throw new AppError('too_many_attempts', { detail, retryAfterSeconds });
};
