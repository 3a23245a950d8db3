import { asText, valid, outOfRange, wrongType, type Format } from './format.js';

/** Units by name, smallest first. */
type Units = readonly (readonly [name: string, factor: number])[];

const timeUnits: Units = [
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
];

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

/** In the largest unit that divides the value, so that the text can be used as input again. */
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
      fromText: asText,
      show: (value) => write(value, units, zero),
    };
  };

/** A length of time, written with its unit (`500ms`, `30s`, `15m`, `1h`, `30d`); milliseconds in code. */
export const duration = quantity('duration', 'milliseconds', '500ms, 30s, 15m, 1h or 30d', timeUnits, '0s');

/** A size, written with its unit (`100kb`, `1mb`; 1 kb is 1024 bytes); bytes in code. */
export const size = quantity('size', 'bytes', '512b, 100kb or 1mb', sizeUnits, '0b');

/** A duration that may be `off`, which is 0 in code. */
export const durationOrOff = (min: string, max: string): Format<number> => {
  const inner = duration(min, max);
  return {
    ...inner,
    expects: `off or ${inner.expects}`,
    range: `off or ${min} to ${max}`,
    parse: (raw) => (raw === 'off' || raw === '0s' ? valid(0) : inner.parse(raw)),
    show: (value) => (value === 0 ? 'off' : inner.show(value)),
  };
};
