import { z } from 'zod';
import { codePoints, textError } from './text.js';

/** Largest number of keys in one search, and of characters in each key and value. */
const maxFacts = 10;
const maxCharacters = 1000;

type FilterError = { path: string[]; code: string; message: string };

const conditionError = (key: string, value: unknown): FilterError | undefined => {
  const path = [key];
  if (key === '' || key === '__proto__') return { path, code: 'unknown_field', message: 'is not an allowed name' };
  if (typeof value !== 'string') return { path, code: 'wrong_type', message: 'must be given once' };
  const error = textError(key, false) ?? textError(value, true);
  if (error) return { path, ...error };
  const isLong = codePoints(key) > maxCharacters || codePoints(value) > maxCharacters;
  return isLong
    ? { path, code: 'too_long', message: `must have at most ${String(maxCharacters)} characters` }
    : undefined;
};

const errorsOf = (value: unknown): FilterError[] => {
  if (typeof value !== 'object' || value === null) {
    return [
      { path: [], code: 'wrong_type', message: 'must be sent as metadata[<key>]=<value> or metadata.<key>=<value>' },
    ];
  }
  const facts = Object.entries(value);
  if (facts.length > maxFacts) {
    return [{ path: [], code: 'too_big', message: `must have at most ${String(maxFacts)} keys` }];
  }
  return facts.flatMap(([key, fact]) => conditionError(key, fact) ?? []);
};

/**
 * Values that the metadata of an account must have, sent as `metadata[<key>]=<value>` or `metadata.<key>=<value>`. A value
 * is compared as text and, if it is one, as a JSON number, boolean or null. A key with dots is also a path into nested
 * objects.
 * Error codes: `wrong_type`, `too_big`, `too_long`, `unknown_field`, `control_character`, `lone_surrogate`.
 */
export const MetadataFilter = z
  .unknown()
  .check(({ value, issues }) => {
    for (const { path, code, message } of errorsOf(value)) {
      issues.push({ code: 'custom', input: value, path, message, params: { code } });
    }
  })
  .meta({
    override: { type: 'object', additionalProperties: { type: 'string' } },
  }) as unknown as z.ZodType<Readonly<Record<string, string>>>;
