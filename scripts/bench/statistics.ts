/** The median; the mean of the two middle values if their number is even; NaN for an empty array. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return (lower + upper) / 2;
};

/**
 * A quantile, by the nearest-rank method; NaN for an empty array.
 * @param share 0 to 1; 1 is the maximum
 */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
};

/**
 * Completions per second of jobs that run with a fixed concurrency. It is measured from one completion to another, so
 * that neither the start nor an unfinished job distorts it.
 * @param completedAtMs completion times in ascending order, in milliseconds
 * @param concurrency jobs at a time; as many completions are skipped before the measurement starts
 */
export const completionRate = (completedAtMs: readonly number[], concurrency: number): number => {
  const first = completedAtMs[concurrency - 1] ?? NaN;
  const last = completedAtMs.at(-1) ?? NaN;
  return ((completedAtMs.length - concurrency) / (last - first)) * 1000;
};

/** Maximum number of warm-up samples. */
const maxWarmUps = 10;

/** Repeats a measurement until its rate grows by less than 5 %, so that hot functions are compiled. */
export const warmUp = async (measureRate: () => Promise<number>): Promise<void> => {
  let best = 0;
  for (let sample = 0; sample < maxWarmUps; sample += 1) {
    const rate = await measureRate();
    if (rate < best * 1.05) return;
    best = rate;
  }
};

/** The medians of subject and baseline, and the median of the ratios of all rounds. */
export interface Comparison {
  readonly subject: number;
  readonly baseline: number;
  readonly ratio: number;
}

/**
 * Measures a subject and a baseline alternately. The order changes each round, and the ratio is calculated per round, so
 * that other load on the machine affects both.
 */
export const compare = async (
  rounds: number,
  measureSubject: () => Promise<number>,
  measureBaseline: () => Promise<number>,
): Promise<Comparison> => {
  const results: { subject: number; baseline: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const isSubjectFirst = round % 2 === 0;
    const first = await (isSubjectFirst ? measureSubject : measureBaseline)();
    const second = await (isSubjectFirst ? measureBaseline : measureSubject)();
    results.push(isSubjectFirst ? { subject: first, baseline: second } : { subject: second, baseline: first });
  }
  return {
    subject: median(results.map(({ subject }) => subject)),
    baseline: median(results.map(({ baseline }) => baseline)),
    ratio: median(results.map(({ subject, baseline }) => subject / baseline)),
  };
};
