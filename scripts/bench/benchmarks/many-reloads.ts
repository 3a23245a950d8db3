import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Config } from '../../../src/config/config.js';
import { createLogger } from '../../../src/observability/logger.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { formatMs, type Benchmark } from '../benchmark.js';

const warmUpReloads = 50;
const reloads = 500;
const maxMegabytes = 20;

/** Used heap after a full garbage collection, in bytes. */
const usedBytes = (): number => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

/** Changes a file repeatedly and reloads the settings after each change. */
const changeAndReload = async (config: Config, file: string, times: number): Promise<void> => {
  for (let count = 0; count < times; count += 1) {
    writeFileSync(file, `rateLimit: {login: {points: ${String(1 + (count % 100))}}}\n`);
    const { outcome } = await config.reload('signal');
    if (outcome !== 'applied') throw new Error(`reload was ${outcome}`);
  }
};

/** Heap growth after 500 reloads, measured after garbage collection. */
export const manyReloads: Benchmark = {
  name: 'many-reloads',
  summary: 'heap growth after 500 reloads',
  async run() {
    const directory = mkdtempSync(join(tmpdir(), 'rollcall-bench-config-'));
    cpSync('config', directory, { recursive: true });
    const options = { log: createLogger('silent'), metrics: new Metrics(), dataDir: join(directory, 'data') };
    const config = Config.open({ directory, nodeEnv: 'development', env: {}, ...options });
    try {
      const file = join(directory, 'local.yaml');
      await changeAndReload(config, file, warmUpReloads);
      const before = usedBytes();
      const startedMs = performance.now();
      await changeAndReload(config, file, reloads);
      const msPerReload = (performance.now() - startedMs) / reloads;
      const growth = (usedBytes() - before) / 1e6;
      const value = `${growth.toFixed(1)} MB more, ${formatMs(msPerReload)} per reload`;
      const goal = `at most ${String(maxMegabytes)} MB`;
      return [{ name: `memory after ${String(reloads)} reloads`, value, goal, isMet: growth <= maxMegabytes }];
    } finally {
      await config.close();
      rmSync(directory, { recursive: true, force: true });
    }
  },
};
