import { z } from 'zod';
import { textError } from './text.js';

/** Maximum size of `metadata`, in bytes of JSON. */
export const metadataMaxBytes = 16_384;

/** Maximum depth of `metadata`, including itself. */
export const metadataMaxDepth = 5;

/** Names that could modify the prototype of an object in a client. */
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

type MetadataError = { path: (string | number)[]; code: string; message: string };

const scalarError = (value: unknown): Omit<MetadataError, 'path'> | undefined => {
  if (typeof value === 'string') return textError(value, true);
  if (typeof value !== 'number') return undefined;
  const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return exact
    ? undefined
    : { code: 'number_out_of_range', message: 'must be a number that a double represents exactly' };
};

/** Checks metadata down to the maximum depth only, so that deeply nested input is cheap to reject. */
const findErrors = (value: unknown, path: (string | number)[], depth: number): MetadataError[] => {
  if (typeof value !== 'object' || value === null) {
    const error = scalarError(value);
    return error ? [{ path, ...error }] : [];
  }
  if (depth > metadataMaxDepth) {
    return [{ path, code: 'too_deep', message: `must not nest deeper than ${String(metadataMaxDepth)} levels` }];
  }
  return Object.entries(value).flatMap(([key, child]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    if (forbiddenKeys.has(key)) return [{ path: here, code: 'unknown_field', message: 'is not an allowed name' }];
    const keyError = textError(key, false);
    return keyError ? [{ path: here, ...keyError }] : findErrors(child, here, depth + 1);
  });
};

/**
 * Free-form data that other services attach to an account: a JSON object of at most 16 kB and depth 5. Error codes:
 * `too_large`, `too_deep`, `number_out_of_range`, `control_character`, `lone_surrogate`, `unknown_field`.
 */
export const Metadata = z
  .unknown()
  .check((context) => {
    const report = (code: string, message: string, path: (string | number)[] = []): void => {
      context.issues.push({ code: 'custom', input: context.value, path, message, params: { code } });
    };
    const { value } = context;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      report('wrong_type', 'must be an object');
      return;
    }
    const errors = findErrors(value, [], 1);
    for (const { code, message, path } of errors) report(code, message, path);
    if (errors.length === 0 && Buffer.byteLength(JSON.stringify(value)) > metadataMaxBytes) {
      report('too_large', `must be at most ${String(metadataMaxBytes)} bytes of JSON`);
    }
  })
  .meta({
    id: 'Metadata',
    description: 'At most 16 kB of JSON, depth 5.',
    override: { type: 'object', additionalProperties: true },
  }) as unknown as z.ZodType<Record<string, unknown>>;
