import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

/** Where a value comes from: a repeated parameter of a query arrives as an array. */
export type InputSource = 'json' | 'query';

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

const formats: Readonly<Record<string, string>> = {
  uuid: 'must be a UUID',
  guid: 'must be a UUID',
  datetime: 'must be an RFC 3339 time such as 2026-01-31T12:00:00Z',
};

const units: Readonly<Record<string, string>> = { string: 'character', array: 'item', set: 'item', map: 'item' };

const bound = (limit: number | bigint, origin: string, which: 'least' | 'most', inclusive: boolean): string => {
  const unit = units[origin];
  if (unit !== undefined) return `must have at ${which} ${String(limit)} ${unit}${limit === 1 ? '' : 's'}`;
  if (inclusive) return `must be at ${which} ${String(limit)}`;
  return `must be ${which === 'least' ? 'greater' : 'less'} than ${String(limit)}`;
};

/**
 * zod reports a text in place of an integer as an invalid number; only the schema shows that an integer is expected.
 */
const isInteger = ({ inst }: RawIssue): boolean =>
  inst !== undefined && 'format' in inst._zod.def && inst._zod.def.format === 'safeint';

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? `must be ${String(values[0])}` : `must be one of ${values.map(String).join(', ')}`;

/**
 * The message for an error, as a predicate that follows the path: `must be a string`. It replaces the messages of the
 * validation library, unless the schema has its own.
 */
export const issueMessage = (issue: RawIssue, source: InputSource): string => {
  if (issue.code === 'custom') return 'is invalid';
  if (issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
    return 'is required';
  }
  if (source === 'query' && Array.isArray(issue.input)) return 'must be given once';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames[isInteger(issue) ? 'int' : issue.expected] ?? 'of another type'}`;
    case 'too_small':
      return bound(issue.minimum, issue.origin, 'least', issue.inclusive !== false);
    case 'too_big':
      return bound(issue.maximum, issue.origin, 'most', issue.inclusive !== false);
    case 'invalid_format':
      return formats[issue.format] ?? 'has an invalid format';
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'unrecognized_keys':
      return 'is not a known field';
    default:
      return 'is invalid';
  }
};
