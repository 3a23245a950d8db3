import { AppError } from './app-error.js';

/** A name that can be repeated to the caller: short, and nothing but what IDs, names and numbers consist of. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * The error for something that a request names and that does not exist.
 * @param kind what it would be, such as `role` or `user with ID`
 * @param name what the request calls it; left out of the answer where it is too long or contains other characters
 * @example notFound('user with ID', id) // No user with ID 0199… exists.
 */
export const notFound = (kind: string, name: string, cause?: unknown): AppError =>
  new AppError('not_found', {
    detail: plainName.test(name) ? `No ${kind} ${name} exists.` : `No such ${kind.replace(/ with ID$/, '')} exists.`,
    ...(cause !== undefined && { cause }),
  });
