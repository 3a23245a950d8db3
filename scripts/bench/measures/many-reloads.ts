import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Config } from '../../../src/config/config.js';
import { createLogger } from '../../../src/observability/logger.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { milliseconds, type Measure } from '../measure.js';

const warmUp = 50;
const reloads = 500;
const mostMegabytes = 20;

/** Bytes in use once all garbage is collected. */
const usedBytes = (): number => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

/** Changes a file so many times, and reloads after each. */
const reloadTimes = async (config: Config, file: string, times: number): Promise<void> => {
  for (let count = 0; count < times; count += 1) {
    writeFileSync(file, `rateLimit: {login: {points: ${String(1 + (count % 100))}}}\n`);
    const { outcome } = await config.reload('signal');
    if (outcome !== 'applied') throw new Error(`a reload was ${outcome}`);
  }
};

/** What 500 reloads leave in memory. The process of a service takes more until it next collects its garbage. */
export const manyReloads: Measure = {
  name: 'many-reloads',
  summary: 'memory that 500 reloads leave behind',
  async run() {
    const directory = mkdtempSync(join(tmpdir(), 'rollcall-bench-config-'));
    cpSync('config', directory, { recursive: true });
    const parts = { log: createLogger('silent'), metrics: new Metrics(), dataDir: join(directory, 'data') };
    const config = Config.open({ directory, nodeEnv: 'development', env: {}, ...parts });
    try {
      const file = join(directory, 'local.yaml');
      await reloadTimes(config, file, warmUp);
      const before = usedBytes();
      const startedMs = performance.now();
      await reloadTimes(config, file, reloads);
      const each = (performance.now() - startedMs) / reloads;
      const grown = (usedBytes() - before) / 1e6;
      const value = `${grown.toFixed(1)} MB more, ${milliseconds(each)} a reload`;
      const goal = `at most ${String(mostMegabytes)} MB`;
      return [{ name: `memory after ${String(reloads)} reloads`, value, goal, isMet: grown <= mostMegabytes }];
    } finally {
      await config.close();
      rmSync(directory, { recursive: true, force: true });
    }
  },
};
