/** Rough bytes of a value's own bookkeeping, and of one property. */
const overhead = 32;

/** Deeper values are refused; a cycle ends here too. */
const deepest = 32;

/**
 * Freezes JSON data in place, so that one value can be handed to every reader, and estimates its size.
 * @returns bytes, roughly
 * @throws {TypeError} for what JSON cannot carry (dates, class instances, functions, NaN) or nests deeper than 32:
 * it would come back as something else from a store outside the process
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
  if (depth >= deepest) throw new TypeError('a cached value must not be cyclic or deeply nested');
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
