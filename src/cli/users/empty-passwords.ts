import type { Config } from '../../config/config.js';
import { PasswordHasher } from '../../security/password.js';

/** Maximum number of cached results: files often repeat a hash. */
const maxCached = 100_000;

/**
 * Returns a function that finds hashes of the empty password. It compares `security.hashConcurrency` hashes at a time and
 * caches the results.
 */
export const emptyPasswordFinder = (config: Config): ((hashes: readonly string[]) => Promise<ReadonlySet<string>>) => {
  // No queue: the workers below limit the concurrency.
  const hasher = new PasswordHasher({ queue: { run: (work) => work() } });
  const known = new Map<string, boolean>();
  return async (hashes) => {
    const settings = config.current;
    const fresh = [...new Set(hashes)].filter((hash) => !known.has(hash));
    if (known.size + fresh.length > maxCached) known.clear();
    const open = (known.size === 0 ? [...new Set(hashes)] : fresh).values();
    const worker = async (): Promise<void> => {
      for (const hash of open) known.set(hash, await hasher.isOfEmptyPassword(hash, settings));
    };
    await Promise.all(Array.from({ length: settings.security.hashConcurrency }, worker));
    return new Set(hashes.filter((hash) => known.get(hash) === true));
  };
};
