import type { AppErrorOptions } from './app-error.js';
import { problems, type ErrorCode } from './codes.js';

const counted = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;

/** How a message begins that follows the name of a field; the others are sentences without a full stop. */
const predicate = /^(?:must|is|has|cannot|requires|contains|was) /;

/** One fault of a request as a sentence; several as their number, since `errors` lists them. */
const ofRequest = (errors: readonly { readonly path?: string; readonly message: string }[]): string => {
  const [first, second] = errors;
  if (first === undefined) return problems.validation_failed.detail;
  if (second !== undefined) return `The request contains ${counted(errors.length, 'invalid value')}; see errors.`;
  const { message } = first;
  if (message.endsWith('.')) return message;
  if (!predicate.test(message)) return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  const path = first.path === undefined || first.path === '' ? 'The request body' : first.path;
  return `${path.length > 100 ? `${path.slice(0, 100)}…` : path} ${message}.`;
};

/**
 * The `detail` member of a problem (RFC 9457, 3.1.4): what the place of the error says, or else what the table says of
 * its code, with the faults or the time to wait.
 */
export const detailOf = (code: ErrorCode, { detail, errors, retryAfterSeconds }: AppErrorOptions): string => {
  if (detail === undefined && errors !== undefined && code === 'validation_failed') return ofRequest(errors);
  if (detail === undefined && errors !== undefined && code === 'invalid_config') {
    return `The configuration contains ${counted(errors.length, 'error')}; nothing was changed.`;
  }
  const sentence = detail ?? problems[code].detail;
  return retryAfterSeconds === undefined
    ? sentence
    : `${sentence} Try again in ${counted(retryAfterSeconds, 'second')}.`;
};
