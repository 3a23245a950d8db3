import { z } from 'zod';
import { textFault } from './text.js';

/** Bytes of JSON that `metadata` may take. */
export const metadataMaxBytes = 16_384;

/** Levels of objects and arrays that `metadata` may have, itself included. */
export const metadataMaxDepth = 5;

/** Names that reach into an object's prototype in careless readers. */
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

type Fault = { path: (string | number)[]; code: string; message: string };

const scalarFault = (value: unknown): Omit<Fault, 'path'> | undefined => {
  if (typeof value === 'string') return textFault(value, true);
  if (typeof value !== 'number') return undefined;
  const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return exact
    ? undefined
    : { code: 'number_out_of_range', message: 'must be a number that a double represents exactly' };
};

/** Walks metadata no deeper than it may be, so that hostile nesting costs nothing. */
const findFault = (value: unknown, path: (string | number)[], depth: number): Fault | undefined => {
  if (typeof value !== 'object' || value === null) {
    const fault = scalarFault(value);
    return fault && { path, ...fault };
  }
  if (depth > metadataMaxDepth) {
    return { path, code: 'too_deep', message: `must not nest deeper than ${String(metadataMaxDepth)} levels` };
  }
  for (const [key, child] of Object.entries(value)) {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    if (forbiddenKeys.has(key)) return { path: here, code: 'unknown_field', message: 'is not an allowed name' };
    const keyFault = textFault(key, false);
    if (keyFault) return { path: here, ...keyFault };
    const fault = findFault(child, here, depth + 1);
    if (fault) return fault;
  }
  return undefined;
};

/**
 * Free-form facts that other services hang on an account: a JSON object of at most 16 kB and depth 5.
 * Error codes: `too_large`, `too_deep`, `number_out_of_range`, `control_character`, `lone_surrogate`, `unknown_field`.
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
    const fault = findFault(value, [], 1);
    if (fault) report(fault.code, fault.message, fault.path);
    else if (Buffer.byteLength(JSON.stringify(value)) > metadataMaxBytes) {
      report('too_large', `must be at most ${String(metadataMaxBytes)} bytes of JSON`);
    }
  })
  .meta({
    id: 'Metadata',
    description: 'At most 16 kB of JSON, depth 5.',
    override: { type: 'object', additionalProperties: true },
  }) as unknown as z.ZodType<Record<string, unknown>>;
