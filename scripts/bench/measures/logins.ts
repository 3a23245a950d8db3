import { fileURLToPath } from 'node:url';
import { startChild, typescriptFile } from '../child.js';
import { startLogins } from '../logins.js';
import { rate, type Measure } from '../measure.js';
import { completionRate, compare } from '../statistics.js';

const connections = 8;
const rounds = 5;
/** Hashes that a slice counts. */
const sliceHashes = 40;
const leastRatio = 0.9;
/** The default of `password.bcryptCost`. */
const bcryptCost = 12;

const rawRate = async (lanes: number): Promise<number> => {
  const peer = fileURLToPath(new URL('../peers/raw-bcrypt.ts', import.meta.url));
  const args = [...typescriptFile(peer), String(bcryptCost), String(lanes), String(lanes + sliceHashes)];
  const child = await startChild({ args, env: { NODE_ENV: 'production' } }, 'completedAtMs');
  await child.stop();
  return completionRate(child.announced['completedAtMs'] as number[], lanes);
};

/** Logins against bcrypt alone: same cost, as many at once, on the same cores, a moment later. */
export const logins: Measure = {
  name: 'logins',
  summary: 'logins per second against raw bcrypt of the same cost on the same cores',
  async run({ service, people, hashConcurrency }) {
    const ours = async (): Promise<number> => {
      const load = startLogins(service.url, people, connections);
      const hashes = hashConcurrency + sliceHashes;
      await load.reached(hashes).finally(() => load.stop());
      // The last ones ran while no new ones came, so fewer at once than before.
      return completionRate(load.completedAtMs.slice(0, hashes), hashConcurrency);
    };
    const found = await compare(rounds, ours, () => rawRate(hashConcurrency));
    return [
      {
        name: `logins, ${connections} connections, bcrypt cost ${bcryptCost}`,
        value: `${rate(found.ours)}; raw bcrypt ${rate(found.theirs)}`,
        ratio: found.ratio,
        goal: `at least ${leastRatio} of raw bcrypt`,
        isMet: found.ratio >= leastRatio,
      },
    ];
  },
};
