import { Instant } from '../../contract/instant.js';
import { asText, valid, wrongType, type Format } from './format.js';

const read = (raw: string): number | undefined => Instant.safeParse(raw).data?.getTime();

/** A moment, written as an RFC 3339 time with its offset; milliseconds since 1970 in code. */
export const instant: Format<number> = {
  expects: 'an RFC 3339 time with an offset, such as 2026-01-31T12:00:00Z or 2026-01-31T13:00:00+01:00',
  unit: 'milliseconds since 1970',
  parse: (raw) => {
    if (typeof raw !== 'string') return wrongType();
    const value = read(raw);
    if (value !== undefined) return valid(value);
    const whole = `${raw.replace(' ', 'T')}Z`;
    return wrongType(read(whole) === undefined ? undefined : whole);
  },
  fromText: asText,
  show: (value) => new Date(value).toISOString(),
};
