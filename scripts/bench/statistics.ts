/** The middle of the values; the mean of the two middle ones when their number is even. NaN of nothing. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return (lower + upper) / 2;
};

/**
 * The value that the given share of all values does not exceed (nearest rank). NaN of nothing.
 * @param share 0 to 1; 1 is the largest value
 */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
};

/**
 * Completions a second of work that runs a fixed number of jobs at once. It is counted from one completion to another,
 * so neither the start nor a job that was cut off by the end of a slice falsifies it.
 * @param completedAtMs when each job was done, in milliseconds, in order
 * @param lanes jobs at once; the first of each lane only starts the count
 */
export const completionRate = (completedAtMs: readonly number[], lanes: number): number => {
  const first = completedAtMs[lanes - 1] ?? NaN;
  const last = completedAtMs.at(-1) ?? NaN;
  return ((completedAtMs.length - lanes) / (last - first)) * 1000;
};

/** Slices after which a process counts as warm, whatever its rate does. */
const mostWarmUps = 10;

/** Repeats a measurement until its rate grows by less than a twentieth: the hot functions are compiled by then. */
export const warmUp = async (measureRate: () => Promise<number>): Promise<void> => {
  let best = 0;
  for (let slice = 0; slice < mostWarmUps; slice += 1) {
    const found = await measureRate();
    if (found < best * 1.05) return;
    best = found;
  }
};

/** What one comparison found: the median of each side, and the median of the ratios within a round. */
export interface Comparison {
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
}

/**
 * Measures two things in turn, in short slices that change places each round, so that whatever else the machine does
 * meets both. The ratio is taken within a round, where both saw the same machine.
 */
export const compare = async (
  rounds: number,
  measureOurs: () => Promise<number>,
  measureTheirs: () => Promise<number>,
): Promise<Comparison> => {
  const found: { ours: number; theirs: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const isOursFirst = round % 2 === 0;
    const first = await (isOursFirst ? measureOurs : measureTheirs)();
    const second = await (isOursFirst ? measureTheirs : measureOurs)();
    found.push(isOursFirst ? { ours: first, theirs: second } : { ours: second, theirs: first });
  }
  return {
    ours: median(found.map(({ ours }) => ours)),
    theirs: median(found.map(({ theirs }) => theirs)),
    ratio: median(found.map(({ ours, theirs }) => ours / theirs)),
  };
};
