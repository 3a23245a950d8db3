import { AppError } from './app-error.js';

/** A name that the error may repeat: short, with only the characters of ids, names and numbers. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const sentence = (kind: string, name: string): string => {
  if (!plainName.test(name)) return `No such ${kind.replace(/ with ID$/, '')} exists.`;
  if (kind.endsWith('with ID')) return `No ${kind} ${name} exists.`;
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${name} does not exist.`;
};

/**
 * The error for something that a request names and that does not exist.
 * @param kind what it would be, such as `role` or `user with ID`
 * @param name the name in the request; omitted from the response if it is too long or contains other characters
 * @example notFound('user with ID', id) // No user with ID 0199… exists.
 * @example notFound('revision', '9999') // Revision 9999 does not exist.
 */
export const notFound = (kind: string, name: string, cause?: unknown): AppError =>
  new AppError('not_found', {
    detail: sentence(kind, name),
    ...(cause !== undefined && { cause }),
  });
