import { describe, expect, it } from 'vitest';
import { durationError, formatDuration, parseDuration } from '../../console/src/draft/duration.js';
import { durationBetween } from '../../src/contract/duration.js';

const range = { least: { amount: 1, unit: 's' }, most: { amount: 24, unit: 'h' } } as const;

describe('durationError', () => {
  it.each(['0s', '1s', '90m', '1440m', '1441m', '24h', '25h', '1d', '2d', 'h'])('agrees with the API on %s', (text) => {
    const isAccepted = durationBetween('1s', '24h').safeParse(text).success;
    expect(durationError(parseDuration(text), range) === null).toBe(isAccepted);
  });

  it.each([
    ['', 'must be a number'],
    [0, 'must be between 1 second and 24 hours'],
  ] as const)('says what is wrong with %j', (amount, message) => {
    expect(durationError({ amount, unit: 'h' }, range)).toBe(message);
  });
});

it.each(['90s', '15m', '2h', '7d', 'm'])('parses and formats %s', (text) => {
  expect(formatDuration(parseDuration(text))).toBe(text);
});
