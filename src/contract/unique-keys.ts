/** Skips a JSON string from its opening quote; returns the index after the closing one. */
const endOfString = (json: string, start: number): number => {
  let index = start + 1;
  while (json.charCodeAt(index) !== 0x22) index += json.charCodeAt(index) === 0x5c ? 2 : 1;
  return index + 1;
};

/** A member name as JSON.parse reads it: `"\u0061"` and `"a"` are the same name. */
const nameOf = (literal: string): string =>
  literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);

/**
 * The first member name that occurs twice in one object. Parsers disagree on which of the two counts (RFC 8259, section 4),
 * so a proxy may check one value and the service use the other.
 * @param json text that JSON.parse has accepted
 */
export const findDuplicateKey = (json: string): string | undefined => {
  /** The names seen in each open object; null for an array. */
  const open: (Set<string> | null)[] = [];
  let names: Set<string> | null = null;
  let isName = false;
  for (let index = 0; index < json.length;) {
    const code = json.charCodeAt(index);
    if (code === 0x22) {
      const end = endOfString(json, index);
      if (isName && names !== null) {
        const name = nameOf(json.slice(index, end));
        if (names.has(name)) return name;
        names.add(name);
        isName = false;
      }
      index = end;
      continue;
    }
    if (code === 0x7b || code === 0x5b) {
      names = code === 0x7b ? new Set() : null;
      open.push(names);
      isName = names !== null;
    } else if (code === 0x7d || code === 0x5d) {
      open.pop();
      names = open.at(-1) ?? null;
      isName = false;
    } else if (code === 0x2c) {
      isName = names !== null;
    }
    index += 1;
  }
  return undefined;
};
