/** Approximate overhead of a value, and of a property, in bytes. */
const overhead = 32;

/** Maximum nesting depth; it also detects cycles. */
const maxDepth = 32;

/**
 * Freezes JSON data in place, so that readers can share it, and estimates its size.
 * @returns the approximate size in bytes
 * @throws {TypeError} for values that are not JSON data (dates, class instances, functions, NaN) or nested deeper than 32, since an
 * external store would not return them unchanged
 */
export const freezeJson = (value: unknown, depth = 0): number => {
  switch (typeof value) {
    case 'string':
      return overhead + value.length * 2;
    case 'boolean':
    case 'undefined':
      return overhead;
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('a cached number must be finite');
      return overhead;
    case 'object':
      return value === null ? overhead : freezeObject(value, depth);
    default:
      throw new TypeError(`a cached value must be JSON data, not a ${typeof value}`);
  }
};

const freezeObject = (value: object, depth: number): number => {
  if (depth >= maxDepth) throw new TypeError('a cached value must not be cyclic or deeply nested');
  if (!Array.isArray(value) && !isPlain(value)) {
    throw new TypeError(`a cached value must be JSON data, not a ${value.constructor.name}`);
  }
  let size = overhead;
  for (const [name, part] of Object.entries(value)) size += overhead + name.length * 2 + freezeJson(part, depth + 1);
  Object.freeze(value);
  return size;
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
