import { AppError } from './app-error.js';

/**
 * The error for an invalid one-time token. It does not reveal whether the token is unknown, used or expired.
 * @param kind what the token is for, such as `password reset token`
 */
export const invalidLink = (kind: string): AppError =>
  new AppError('invalid_token', { detail: `The ${kind} is unknown, expired or already used.` });
