import { durationUnits } from '../../contract/duration.js';

/** A parsed value, or why it is invalid. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly code: 'wrong_type' | 'out_of_range' | 'broken_template';
      readonly suggestion?: string;
      /** The complete message, if it says more than what is expected and what was found. */
      readonly reason?: string;
    };

/** How a setting is written in YAML and in an environment variable, and how operators see it. */
export interface Format<T> {
  /** Completes "must be …". */
  readonly expects: string;
  /** Unit of the value in code, for the key reference. */
  readonly unit?: string;
  /** Range as operators write it, for the key reference. */
  readonly range?: string;
  /** JSON Schema of the value in YAML, for editors. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Parses a value from YAML. */
  parse(raw: unknown): Parsed<T>;
  /** Converts the text of an environment variable to the value that YAML would have. */
  fromText(text: string): unknown;
  /** The value as written in YAML. */
  show(value: T): unknown;
}

/** A valid value. */
export const valid = <T>(value: T): Parsed<T> => ({ ok: true, value });

/** A value of the wrong type. */
export const wrongType = (suggestion?: string): Parsed<never> => ({
  ok: false,
  code: 'wrong_type',
  ...(suggestion === undefined ? {} : { suggestion }),
});

/** A value of the right type outside its range. */
export const outOfRange: Parsed<never> = { ok: false, code: 'out_of_range' };

/** A format of text that is the same in YAML and in an environment variable. */
export const textFormat = <T>(
  format: Pick<Format<T>, 'expects' | 'range' | 'parse'> & Partial<Pick<Format<T>, 'json'>>,
): Format<T> => ({
  json: { type: 'string' },
  ...format,
  fromText: (text) => text,
  show: (value) => value,
});

/** A format that also accepts null, which means that it is not set. */
export const optional = <T>(format: Format<T>): Format<T | null> => ({
  ...format,
  expects: `${format.expects}, or null`,
  json: { anyOf: [format.json, { type: 'null' }] },
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
  json: { type: whole ? 'integer' : 'number', minimum: min, maximum: max },
  parse: (raw) => {
    if (typeof raw !== 'number' || !Number.isFinite(raw)) {
      return typeof raw === 'string' && /^-?\d{1,20}$/.test(raw)
        ? quoted(whole ? 'an integer' : 'a number', raw)
        : wrongType();
    }
    if (whole && !Number.isInteger(raw)) return wrongType();
    return raw < min || raw > max ? outOfRange : valid(raw);
  },
  // Number('') is 0 and Number('0x10') is 16, so only plain decimals are converted.
  fromText: (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text),
  show: (value) => value,
});

/** An integer between two bounds, inclusive. */
export const integer = (min: number, max: number): Format<number> => numberFrom(min, max, true);

/** A number between two bounds, inclusive. */
export const decimal = (min: number, max: number): Format<number> => numberFrom(min, max, false);

/** true or false. `no` and `off` are plain text in YAML 1.2, so they are rejected. */
export const boolean: Format<boolean> = {
  expects: 'true or false',
  json: { type: 'boolean' },
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
 * One of several words.
 * @param note added to the list in messages
 */
export const oneOf = <const T extends string>(words: readonly T[], note?: string): Format<T> =>
  textFormat({
    expects: `one of ${words.join(', ')}${note === undefined ? '' : ` (${note})`}`,
    json: { enum: words },
    parse: (raw) => {
      const found = words.find((word) => word === raw);
      if (found !== undefined) return valid(found);
      if (typeof raw !== 'string') return wrongType();
      const same = words.find((word) => word.toLowerCase() === raw.toLowerCase());
      return same === undefined ? outOfRange : { ok: false, code: 'out_of_range', suggestion: same };
    },
  });

/** Text whose length is within bounds, in UTF-16 code units, without control characters. */
export const text = (min: number, max: number): Format<string> =>
  textFormat({
    expects: `a string of ${min} to ${max} characters`,
    range: `${min} to ${max} characters`,
    json: { type: 'string', minLength: min, maxLength: max },
    parse: (raw) => {
      if (typeof raw !== 'string' || /[\u0000-\u001f\u007f]/.test(raw)) return wrongType();
      return raw.length < min || raw.length > max ? outOfRange : valid(raw);
    },
  });

/** A number of bytes as hexadecimal digits. */
export const hex = (bytes: number): Format<string> =>
  textFormat({
    expects: `${bytes * 2} hexadecimal digits`,
    json: { type: 'string', pattern: `^[0-9a-fA-F]{${bytes * 2}}$` },
    parse: (raw) => {
      if (typeof raw !== 'string' || !/^[0-9a-f]*$/i.test(raw)) return wrongType();
      return raw.length === bytes * 2 ? valid(raw.toLowerCase()) : outOfRange;
    },
  });

/** A list of values; in an environment variable they are separated by commas. */
export const list = <T>(item: Format<T>, max: number): Format<readonly T[]> => ({
  expects: `a list of at most ${max} values, each of them ${item.expects}`,
  json: { type: 'array', items: item.json, maxItems: max },
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

/** Units by name, smallest first. */
type Units = readonly (readonly [name: string, factor: number])[];

const timeUnits: Units = durationUnits;

const sizeUnits: Units = [
  ['b', 1],
  ['kb', 1024],
  ['mb', 1024 * 1024],
];

const read = (raw: string, units: Units): number | null => {
  const match = /^(\d{1,12})([a-z]+)$/.exec(raw);
  const factor = units.find(([name]) => name === match?.[2])?.[1];
  return match === null || factor === undefined ? null : Number(match[1]) * factor;
};

/** Uses the largest unit that divides the value. */
const write = (value: number, units: Units, zero: string): string => {
  if (value === 0) return zero;
  const [name, factor] = units.findLast(([, size]) => value % size === 0) ?? ['', 1];
  return `${value / factor}${name}`;
};

const quantity =
  (kind: string, unit: string, example: string, units: Units, zero: string) =>
  (min: string, max: string): Format<number> => {
    const [least, most] = [read(min, units), read(max, units)];
    if (least === null || most === null) throw new TypeError(`bad bounds: ${min}, ${max}`);
    return {
      expects: `a ${kind} between ${min} and ${max}, such as ${example}`,
      unit,
      range: `${min} to ${max}`,
      json: { type: 'string', pattern: `^\\d{1,12}(${units.map(([name]) => name).join('|')})$` },
      parse: (raw) => {
        if (typeof raw === 'number' || (typeof raw === 'string' && /^\d{1,12}$/.test(raw))) {
          const [one, other] = units === timeUnits ? ['s', 'm'] : ['b', 'kb'];
          const reason = `missing unit; for example ${raw}${one} or ${raw}${other}`;
          return { ok: false, code: 'wrong_type', reason };
        }
        if (typeof raw !== 'string') return wrongType();
        const value = read(raw, units);
        if (value === null) {
          const lower = raw.toLowerCase().replaceAll(' ', '');
          return wrongType(read(lower, units) === null ? undefined : lower);
        }
        return value < least || value > most ? outOfRange : valid(value);
      },
      fromText: (text) => text,
      show: (value) => write(value, units, zero),
    };
  };

/** A duration with its unit (`500ms`, `30s`, `15m`, `1h`, `30d`); milliseconds in code. */
export const duration = quantity('duration', 'milliseconds', '500ms, 30s, 15m, 1h or 30d', timeUnits, '0s');

/** A size with its unit (`100kb`, `1mb`; 1 kb is 1024 bytes); bytes in code. */
export const size = quantity('size', 'bytes', '512b, 100kb or 1mb', sizeUnits, '0b');

/** A duration or `off`, which is 0 in code. */
export const durationOrOff = (min: string, max: string): Format<number> => {
  const inner = duration(min, max);
  return {
    ...inner,
    expects: `off or ${inner.expects}`,
    range: `off or ${min} to ${max}`,
    json: { anyOf: [{ const: 'off' }, inner.json] },
    parse: (raw) => (raw === 'off' || raw === '0s' ? valid(0) : inner.parse(raw)),
    show: (value) => (value === 0 ? 'off' : inner.show(value)),
  };
};
