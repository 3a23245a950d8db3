import { describe, expect, it } from 'vitest';
import { Instant } from '../../src/contract/instant.js';
import { checkValue } from '../../src/contract/issues.js';

const usual = 'must be an RFC 3339 time such as 2026-01-31T12:00:00Z';

const read = (value: unknown): string | undefined => Instant.safeParse(value).data?.toISOString();
const messageOf = (value: unknown): string | undefined => {
  const result = checkValue(Instant, value);
  return result.success ? undefined : result.errors[0]?.message;
};

describe('a time of RFC 3339', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500Z'],
    ['2026-01-31T12:00:00.123456789Z', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31t12:00:00+01:00', '2026-01-31T11:00:00.000Z'],
    ['2026-01-31T12:00:00-08:30', '2026-01-31T20:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    // Leap seconds: the second after them.
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2016-12-31t23:59:60z', '2017-01-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60.75Z', '2017-01-01T00:00:00.000Z'],
    ['1990-12-31T15:59:60-08:00', '1991-01-01T00:00:00.000Z'],
    ['2017-01-01T00:59:60+01:00', '2017-01-01T00:00:00.000Z'],
    ['2015-06-30T23:59:60Z', '2015-07-01T00:00:00.000Z'],
  ])('%s is %s', (value, expected) => {
    expect(read(value)).toBe(expected);
  });

  it.each([
    '',
    '2026-01-31',
    '2026-01-31T12:00Z',
    '2026-01-31T12:00:00',
    '2026-01-31 12:00:00Z',
    '2026-01-31T12:00:00+0100',
    '2026-01-31T12:00:00+24:00',
    '2026-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:61Z',
    '2026-01-31T12:00:60Z',
    '2016-12-31T23:58:60Z',
    '2016-12-31T23:59:60+01:00',
    '2016-12-30T23:59:60Z',
    '2016-12-31T23:59:61Z',
    '2026-01-31T12:00:00Z ',
    // In another year in UTC, which would have five digits or be negative.
    '9999-12-31T23:59:59-00:01',
    '9999-12-31T23:59:60Z',
    '0000-01-01T00:00:00+00:01',
    '1769860800',
    5,
    null,
  ])('%j is not a time', (value) => {
    const message = typeof value === 'string' ? usual : 'must be a string';
    expect([read(value), messageOf(value)]).toEqual([undefined, message]);
  });

  it.each(['2026-11-01T00:00:00 01:00', '2016-12-31T23:59:60 00:00', '2026-11-01t00:00:00.5 01:00'])(
    '%s names %%2B',
    (value) => {
      expect([read(value), messageOf(value)]).toEqual([undefined, `${usual}; write + as %2B in a query`]);
    },
  );
});
