import { AppError } from '../errors/app-error.js';
import type { PolicyName } from '../limits/policy.js';
import type { Services } from '../services.js';

/**
 * Counts an attempt that concerns one account or mail address, wherever it comes from.
 * @param key what is counted; it need not exist
 * @throws {AppError} too_many_attempts
 */
export const countAccount = async ({ limiter }: Services, policy: PolicyName, key: string): Promise<void> => {
  const { allowed, retryAfterSeconds } = await limiter.consume(policy, key);
  if (!allowed) throw new AppError('too_many_attempts', { retryAfterSeconds });
};
