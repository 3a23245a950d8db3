import type { z } from 'zod';
import type { FieldError } from '../errors/app-error.js';
import { issueMessage, type InputSource } from './issue-messages.js';

type Issue = z.core.$ZodIssue;

/** The path of an error as a JSON pointer (RFC 6901). */
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
  'no_password',
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
    case 'invalid_value':
      return issue.input === undefined ? 'required' : 'invalid';
    case 'custom':
      return typeof issue.params?.['code'] === 'string' ? issue.params['code'] : 'invalid';
    default:
      return 'invalid';
  }
};

/** Whether a query parameter was sent more than once. */
const isRepeated = ({ input, path }: Issue, source: InputSource): boolean =>
  source === 'query' && path.length === 1 && Array.isArray(input);

/** Converts the issues of zod to field errors. */
const fieldErrors = (issues: readonly Issue[], source: InputSource): FieldError[] =>
  issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: pointer([...issue.path, key]),
        code: 'unknown_field',
        message: 'is not a known field',
      }));
    }
    const code = codeOf(issue);
    const message = isRepeated(issue, source) ? 'must be given once' : issue.message;
    return [{ path: pointer(issue.path), code, message }];
  });

/** A schema whose values have this type. */
export type SchemaOf<T> = z.ZodType<T>;

/** The parsed value, or all errors. */
export type Checked<T> =
  { readonly success: true; readonly data: T } | { readonly success: false; readonly errors: readonly FieldError[] };

/**
 * Validates a value by a schema, and returns all errors with the messages of the contract.
 * @param source `query` for the parameters of a query string
 */
export const checkValue = <T>(schema: SchemaOf<T>, value: unknown, source: InputSource = 'json'): Checked<T> => {
  const result = schema.safeParse(value, { reportInput: true, error: (issue) => issueMessage(issue, source) });
  return result.success ? result : { success: false, errors: fieldErrors(result.error.issues, source) };
};
