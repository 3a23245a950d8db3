import { HashQueue } from '../../src/security/hash-queue.js';
import { PasswordHasher } from '../../src/security/password.js';
import type { PasswordHashSettings } from '../../src/security/settings.js';

export const setUp = (pepper = 'a pepper', bcryptCost = 4) => {
  const settings: { current: { password: { bcryptCost: number; pepper: string; previousPeppers?: string[] } } } = {
    current: { password: { bcryptCost, pepper } },
  };
  const current = (): PasswordHashSettings => ({ password: { previousPeppers: [], ...settings.current.password } });
  const queue = new HashQueue({ settings: { current: { security: { hashConcurrency: 2, hashQueueLimit: 256 } } } });
  const stored = { highest: 0 };
  const passwordHasher = new PasswordHasher({ queue, highestStoredCost: () => Promise.resolve(stored.highest) });
  const hasher: TestHasher = {
    hash: (password) => passwordHasher.hash(password, current()),
    rehash: (password, hash) => passwordHasher.rehash(password, hash, current()),
    verify: (password, hash) => passwordHasher.verify(password, hash, current()),
    get calls() {
      return passwordHasher.calls;
    },
    get work() {
      return passwordHasher.work;
    },
  };
  return { settings, queue, hasher, stored };
};

/** A hasher that works with the settings of the test. */
export interface TestHasher {
  hash(password: string): Promise<string>;
  rehash(password: string, hash: string): Promise<string>;
  verify(password: string, hash: string | null): Promise<{ matches: boolean; needsRehash: boolean }>;
  readonly calls: number;
  readonly work: number;
}

export const miss = { matches: false, needsRehash: false };

export const fresh = { matches: true, needsRehash: false };

export const stale = { matches: true, needsRehash: true };

/** bcrypt operations that the work took. */
export const callsOf = async (hasher: TestHasher, work: () => Promise<unknown>): Promise<number> => {
  const before = hasher.calls;
  await work();
  return hasher.calls - before;
};

/** Rounds of bcrypt that the work took: 2^cost for each operation. */
export const workOf = async (hasher: TestHasher, work: () => Promise<unknown>): Promise<number> => {
  const before = hasher.work;
  await work();
  return hasher.work - before;
};
