/** Units of durations as the API writes them, with their names and their length in seconds. */
export const units = {
  s: ['seconds', 1],
  m: ['minutes', 60],
  h: ['hours', 3_600],
  d: ['days', 86_400],
} as const;

/** A unit of the API. */
export type Unit = keyof typeof units;

/** A number and its unit; the number is empty while nothing is entered. */
export interface Duration {
  readonly amount: number | '';
  readonly unit: Unit;
}

/** Bounds of a duration, inclusive. */
export interface DurationRange {
  readonly least: Duration;
  readonly most: Duration;
}

const secondsOf = ({ amount, unit }: Duration): number => Number(amount) * units[unit][1];

/** A duration in words: `1 second`, `24 hours`. */
const describeDuration = ({ amount, unit }: Duration): string => {
  const [name] = units[unit];
  return `${String(amount)} ${amount === 1 ? name.slice(0, -1) : name}`;
};

/** The text of a duration in the API: `90s`. */
export const formatDuration = ({ amount, unit }: Duration): string => `${String(amount)}${unit}`;

/** Reads a duration such as `90s`; any other text is a duration without a number. */
export const parseDuration = (text: string): Duration => {
  const [, amount = '', unit = 'm'] = /^(\d*)([smhd])$/.exec(text) ?? [];
  return { amount: amount === '' ? '' : Number(amount), unit: unit as Unit };
};

/** Why a duration cannot be used; null if it can. */
export const durationError = (duration: Duration, { least, most }: DurationRange): string | null => {
  if (duration.amount === '') return 'must be a number';
  const seconds = secondsOf(duration);
  return seconds >= secondsOf(least) && seconds <= secondsOf(most)
    ? null
    : `must be between ${describeDuration(least)} and ${describeDuration(most)}`;
};
