import { toSettings } from '../../../src/config/reload/load.js';
import { isEnabled, maxFeatureFlags } from '../../../src/config/schema/feature-flags.js';
import type { Benchmark } from '../benchmark.js';
import { quantile } from '../statistics.js';

const rounds = 50;
const readsPerRound = 100_000;
const maxMicroseconds = 2;

/** The duration of one read in each round, in microseconds. */
const measureReads = (): number[] => {
  const names = ['announceGreetV2', ...Array.from({ length: maxFeatureFlags - 1 }, (_, index) => `flag${index}`)];
  const settings = toSettings(new Map(names.map((name) => [`features.${name}`, true])));
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    let count = 0;
    for (let read = 0; read < readsPerRound; read += 1) if (isEnabled(settings, 'announceGreetV2')) count += 1;
    times.push(((performance.now() - startedAt) * 1000) / readsPerRound);
    if (count !== readsPerRound) throw new Error('an enabled feature flag was read as disabled');
  }
  return times;
};

/** The cost of reading a feature flag when the maximum number of flags is defined. */
export const featureFlags: Benchmark = {
  name: 'feature-flags',
  summary: 'duration of reading a feature flag',
  run() {
    const times = measureReads();
    const max = quantile(times, 1);
    const value = `median ${quantile(times, 0.5).toFixed(3)} µs, max ${max.toFixed(3)} µs`;
    const goal = `under ${maxMicroseconds} µs`;
    return Promise.resolve([{ name: 'reading a feature flag', value, goal, isMet: max < maxMicroseconds }]);
  },
};
