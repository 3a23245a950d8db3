import type { Services } from '../services.js';
import { schedule } from './schedule.js';

/** Removes signing keys past their retention every `auth.keys.cleanupInterval`. Returns a function that stops the job. */
export const startSigningKeyCleanup = (services: Services): (() => Promise<void>) => {
  const { keys, config, log } = services;
  return schedule(
    {
      name: 'signing_key_cleanup',
      intervalMs: () => config.current.auth.keys.cleanupInterval,
      async run() {
        const removed = await keys.cleanup();
        log.debug({ event: 'signing_key.cleanup_finished', keys: removed.length }, 'signing key cleanup finished');
      },
    },
    services,
  ).stop;
};
