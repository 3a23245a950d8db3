import type { Config } from '../../config/config.js';
import { PasswordHasher } from '../../security/password.js';

/** Hashes whose result is kept: files often repeat one. */
const mostKept = 100_000;

/**
 * Finds the hashes of the empty password among some, `security.hashConcurrency` at once. A hash that was there before is
 * not compared again.
 */
export const emptyPasswordFinder = (config: Config): ((hashes: readonly string[]) => Promise<ReadonlySet<string>>) => {
  // No queue: the lanes below bound what runs at once.
  const hasher = new PasswordHasher({ queue: { run: (work) => work() } });
  const known = new Map<string, boolean>();
  return async (hashes) => {
    const settings = config.current;
    const fresh = [...new Set(hashes)].filter((hash) => !known.has(hash));
    if (known.size + fresh.length > mostKept) known.clear();
    const open = (known.size === 0 ? [...new Set(hashes)] : fresh).values();
    const lane = async (): Promise<void> => {
      for (const hash of open) known.set(hash, await hasher.isOfEmptyPassword(hash, settings));
    };
    await Promise.all(Array.from({ length: settings.security.hashConcurrency }, lane));
    return new Set(hashes.filter((hash) => known.get(hash) === true));
  };
};
