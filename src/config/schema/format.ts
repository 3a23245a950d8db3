/** The outcome of reading a value: the value, or what is wrong with it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly code: 'wrong_type' | 'out_of_range' | 'broken_template';
      readonly suggestion?: string;
      /** The whole message, where it says more than what is expected and what was found. */
      readonly reason?: string;
    };

/** How a setting is written and read: in YAML, in an environment variable, and in what operators are shown. */
export interface Format<T> {
  /** Completes "must be …". */
  readonly expects: string;
  /** Unit of the value in code, for the key reference. */
  readonly unit?: string;
  /** Range as operators write it, for the key reference. */
  readonly range?: string;
  /** Reads what YAML gave. */
  parse(raw: unknown): Parsed<T>;
  /** Turns the text of an environment variable into what YAML would have given. */
  fromText(text: string): unknown;
  /** The value as it is written in YAML. */
  show(value: T): unknown;
}

/** A value that was read. */
export const valid = <T>(value: T): Parsed<T> => ({ ok: true, value });

/** A value of the wrong kind. */
export const wrongType = (suggestion?: string): Parsed<never> => ({
  ok: false,
  code: 'wrong_type',
  ...(suggestion === undefined ? {} : { suggestion }),
});

/** A value of the right kind outside its range. */
export const outOfRange: Parsed<never> = { ok: false, code: 'out_of_range' };

/** Text stays text. */
export const asText = (text: string): unknown => text;

/** A format that also takes null, for "not set". */
export const optional = <T>(format: Format<T>): Format<T | null> => ({
  ...format,
  expects: `${format.expects}, or null`,
  parse: (raw) => (raw === null ? valid(null) : format.parse(raw)),
  fromText: (text) => format.fromText(text),
  show: (value) => (value === null ? null : format.show(value)),
});

const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** A number or a boolean in quotes. */
const quoted = (kind: string, raw: string): Parsed<never> => ({
  ok: false,
  code: 'wrong_type',
  reason: `must be ${kind}, got the string "${raw}"; remove the quotes`,
});

const numberFrom = (min: number, max: number, whole: boolean): Format<number> => ({
  expects: `${whole ? 'an integer' : 'a number'} between ${grouped(min)} and ${grouped(max)}`,
  range: `${grouped(min)} to ${grouped(max)}`,
  parse: (raw) => {
    if (typeof raw !== 'number' || !Number.isFinite(raw)) {
      return typeof raw === 'string' && /^-?\d{1,20}$/.test(raw)
        ? quoted(whole ? 'an integer' : 'a number', raw)
        : wrongType();
    }
    if (whole && !Number.isInteger(raw)) return wrongType();
    return raw < min || raw > max ? outOfRange : valid(raw);
  },
  // Number('') is 0 and Number('0x10') is 16: only plain decimals count.
  fromText: (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text),
  show: (value) => value,
});

/** An integer within bounds, both included. */
export const integer = (min: number, max: number): Format<number> => numberFrom(min, max, true);

/** A number within bounds, both included. */
export const decimal = (min: number, max: number): Format<number> => numberFrom(min, max, false);

/** true or false; nothing else, since `no` and `off` are plain text in YAML 1.2 and would read as true. */
export const boolean: Format<boolean> = {
  expects: 'true or false',
  parse: (raw) => {
    if (typeof raw === 'boolean') return valid(raw);
    if (typeof raw !== 'string') return wrongType();
    if (raw === 'true' || raw === 'false') return quoted('a boolean', raw);
    if (/^(yes|on|1|true)$/i.test(raw)) return wrongType('true');
    return wrongType(/^(no|off|0|false)$/i.test(raw) ? 'false' : undefined);
  },
  fromText: (text) => (text === 'true' ? true : text === 'false' ? false : text),
  show: (value) => value,
};

/**
 * One of a few words.
 * @param note said beside the list, for words that people expect in it
 */
export const oneOf = <const T extends string>(words: readonly T[], note?: string): Format<T> => ({
  expects: `one of ${words.join(', ')}${note === undefined ? '' : ` (${note})`}`,
  parse: (raw) => {
    const found = words.find((word) => word === raw);
    if (found !== undefined) return valid(found);
    if (typeof raw !== 'string') return wrongType();
    const same = words.find((word) => word.toLowerCase() === raw.toLowerCase());
    return same === undefined ? outOfRange : { ok: false, code: 'out_of_range', suggestion: same };
  },
  fromText: asText,
  show: (value) => value,
});

/** Text of a length within bounds, counted in UTF-16 units; no control characters. */
export const text = (min: number, max: number): Format<string> => ({
  expects: `a string of ${min} to ${max} characters`,
  range: `${min} to ${max} characters`,
  parse: (raw) => {
    if (typeof raw !== 'string' || /[\u0000-\u001f\u007f]/.test(raw)) return wrongType();
    return raw.length < min || raw.length > max ? outOfRange : valid(raw);
  },
  fromText: asText,
  show: (value) => value,
});

/** A number of bytes written in hexadecimal digits. */
export const hex = (bytes: number): Format<string> => ({
  expects: `${bytes * 2} hexadecimal digits`,
  parse: (raw) => {
    if (typeof raw !== 'string' || !/^[0-9a-f]*$/i.test(raw)) return wrongType();
    return raw.length === bytes * 2 ? valid(raw.toLowerCase()) : outOfRange;
  },
  fromText: asText,
  show: (value) => value,
});

/** A list of values of one format; in the environment they are separated by commas. */
export const list = <T>(item: Format<T>, max: number): Format<readonly T[]> => ({
  expects: `a list of at most ${max} values, each of them ${item.expects}`,
  parse: (raw) => {
    if (!Array.isArray(raw)) return wrongType(typeof raw === 'string' ? `[${raw}]` : undefined);
    if (raw.length > max) return outOfRange;
    const values: T[] = [];
    for (const element of raw as readonly unknown[]) {
      const parsed = item.parse(element);
      if (!parsed.ok) return parsed;
      values.push(parsed.value);
    }
    return valid(values);
  },
  fromText: (line) =>
    line
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part) => item.fromText(part)),
  show: (values) => values.map((value) => item.show(value)),
});
