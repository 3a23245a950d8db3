const firstMs = 2000;
const factor = 4;
const longestMs = 3 * 3_600_000;

/**
 * How long to wait before the next attempt: 2 s, 8 s, 32 s and so on up to 3 h, each a quarter shorter or longer by
 * chance, so that mails that failed together do not come back together. Eight attempts span about three hours.
 * @param attempts how many have failed, 1 or more
 * @param chance from 0 to 1
 * @returns milliseconds
 */
export const retryDelayMs = (attempts: number, chance: number): number =>
  Math.round(Math.min(longestMs, firstMs * factor ** (attempts - 1)) * (0.75 + chance / 2));
