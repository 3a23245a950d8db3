import { toSettings } from '../../../src/config/reload/load.js';
import { isEnabled, maxFeatureFlags } from '../../../src/config/schema/feature-flags.js';
import type { Measure } from '../measure.js';
import { quantile } from '../statistics.js';

const rounds = 50;
const readsEach = 100_000;
const mostMicroseconds = 2;

/** Microseconds of one read, in each round. */
const measureReads = (): number[] => {
  const names = ['announceGreetV2', ...Array.from({ length: maxFeatureFlags - 1 }, (_, index) => `switch${index}`)];
  const settings = toSettings(new Map(names.map((name) => [`features.${name}`, true])));
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    let count = 0;
    for (let read = 0; read < readsEach; read += 1) if (isEnabled(settings, 'announceGreetV2')) count += 1;
    times.push(((performance.now() - startedAt) * 1000) / readsEach);
    if (count !== readsEach) throw new Error('a switch that is on was read as off');
  }
  return times;
};

/** What code pays to ask whether a switch is on, among as many switches as there may be. */
export const switches: Measure = {
  name: 'switches',
  summary: 'the cost of reading a switch of features.*',
  run() {
    const times = measureReads();
    const max = quantile(times, 1);
    const value = `median ${quantile(times, 0.5).toFixed(3)} µs, max ${max.toFixed(3)} µs`;
    const goal = `under ${mostMicroseconds} µs`;
    return Promise.resolve([{ name: 'reading a switch', value, goal, isMet: max < mostMicroseconds }]);
  },
};
