import type { z } from 'zod';
import type { FieldError } from '../errors/app-error.js';

type Issue = z.core.$ZodIssue;

/** RFC 6901: the place of a fault as a JSON pointer. */
const pointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Every code of a `FieldError` that a response can contain. Codes are part of the HTTP contract: add, never rename. */
export const fieldErrorCodes = [
  'required',
  'wrong_type',
  'too_short',
  'too_long',
  'too_small',
  'too_big',
  'too_large',
  'too_deep',
  'invalid_format',
  'invalid',
  'unknown_field',
  'control_character',
  'lone_surrogate',
  'nul_character',
  'number_out_of_range',
  'invalid_cursor',
  'in_the_past',
  'not_blocked',
  'unknown_role',
  'too_common',
  'contains_username',
  'contains_email',
  'contains_service_name',
] as const;

const codeOf = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'required' : 'wrong_type';
    case 'too_small':
      return issue.origin === 'string' ? 'too_short' : 'too_small';
    case 'too_big':
      return issue.origin === 'string' ? 'too_long' : 'too_big';
    case 'invalid_format':
      return 'invalid_format';
    case 'custom':
      return typeof issue.params?.['code'] === 'string' ? issue.params['code'] : 'invalid';
    default:
      return 'invalid';
  }
};

const messageOf = (issue: Issue, code: string): string =>
  code === 'required' && issue.code !== 'custom' ? 'is required' : issue.message;

/**
 * Turns the findings of a schema into the contract's list: one entry a fault, all of them at once.
 * @param issues what the schema found, parsed with `reportInput`
 */
export const fieldErrors = (issues: readonly Issue[]): FieldError[] =>
  issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: pointer([...issue.path, key]),
        code: 'unknown_field',
        message: 'is not a known field',
      }));
    }
    const code = codeOf(issue);
    return [{ path: pointer(issue.path), code, message: messageOf(issue, code) }];
  });
