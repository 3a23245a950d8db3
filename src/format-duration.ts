/** Units from the largest to the smallest, in milliseconds. */
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/**
 * Formats a duration: `30 minutes`, `1 hour 30 minutes`. At most two units, rounded down.
 * @param ms milliseconds, at least 1000
 */
export const formatDuration = (ms: number): string => {
  const words: string[] = [];
  let rest = ms;
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) words.push(`${String(count)} ${name}${count === 1 ? '' : 's'}`);
  }
  return words.slice(0, 2).join(' ');
};
