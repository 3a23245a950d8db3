import { z } from 'zod';

/** Units of durations, with their length in milliseconds, smallest first. */
export const durationUnits = [
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
] as const;

/** The milliseconds of a duration such as `500ms`, `30s`, `15m`, `1h` or `30d`; null for any other text. */
export const parseDuration = (text: string): number | null => {
  const match = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text);
  const factor = durationUnits.find(([name]) => name === match?.[2])?.[1];
  return match === null || factor === undefined ? null : Number(match[1]) * factor;
};

/** Formats milliseconds with the largest unit that divides them. */
export const formatDuration = (ms: number): string => {
  const [name, factor] = durationUnits.findLast(([, size]) => ms % size === 0) ?? durationUnits[0];
  return `${String(ms / factor)}${name}`;
};

/**
 * A duration with its unit.
 * @param min and `max`: bounds, inclusive, such as `1s` and `24h`
 */
export const durationBetween = (min: string, max: string): z.ZodString => {
  const [least, most] = [parseDuration(min) ?? 0, parseDuration(max) ?? Infinity];
  return z
    .string()
    .refine(
      (text) => {
        const ms = parseDuration(text);
        return ms !== null && ms >= least && ms <= most;
      },
      { error: `must be a duration between ${min} and ${max}, such as 30s, 5m or 2h` },
    )
    .meta({ example: '5m' });
};
