import { AppError } from './app-error.js';

/**
 * The error for a one-time token that opens nothing, whether it is unknown, used or expired: callers cannot tell which.
 * @param kind what the token is for, such as `password reset token`
 */
export const invalidLink = (kind: string): AppError =>
  new AppError('invalid_token', { detail: `The ${kind} is unknown, expired or already used.` });
