import { fileURLToPath } from 'node:url';
import { startChild, typescriptFile } from '../child-process.js';
import { startLogins } from '../login-load.js';
import { formatRate, type Benchmark } from '../benchmark.js';
import { completionRate, compare } from '../statistics.js';

const connections = 8;
const rounds = 5;
/** Hashes per sample. */
const hashesPerSample = 40;
const minRatio = 0.9;
/** The default of `password.bcryptCost`. */
const bcryptCost = 12;

const measureBcrypt = async (concurrency: number): Promise<number> => {
  const script = fileURLToPath(new URL('../baselines/raw-bcrypt.ts', import.meta.url));
  const args = [
    ...typescriptFile(script),
    String(bcryptCost),
    String(concurrency),
    String(concurrency + hashesPerSample),
  ];
  const child = await startChild({ args, env: { NODE_ENV: 'production' } }, 'completedAtMs');
  await child.stop();
  return completionRate(child.output['completedAtMs'] as number[], concurrency);
};

/** Logins compared with bcrypt alone, with the same cost and concurrency on the same cores. */
export const logins: Benchmark = {
  name: 'logins',
  summary: 'logins per second, compared with raw bcrypt',
  async run({ service, accounts, hashConcurrency }) {
    const subject = async (): Promise<number> => {
      const load = startLogins(service.url, accounts, connections);
      const hashes = hashConcurrency + hashesPerSample;
      await load.reached(hashes).finally(() => load.stop());
      // The logins after these ran with lower concurrency, since no new ones were sent.
      return completionRate(load.completedAtMs.slice(0, hashes), hashConcurrency);
    };
    const comparison = await compare(rounds, subject, () => measureBcrypt(hashConcurrency));
    return [
      {
        name: `logins, ${connections} connections, bcrypt cost ${bcryptCost}`,
        value: `${formatRate(comparison.subject)}; raw bcrypt ${formatRate(comparison.baseline)}`,
        ratio: comparison.ratio,
        goal: `at least ${minRatio} of raw bcrypt`,
        isMet: comparison.ratio >= minRatio,
      },
    ];
  },
};
