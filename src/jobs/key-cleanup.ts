import type { Services } from '../services.js';
import { schedule } from './schedule.js';

/**
 * Removes signing keys past their retention every `auth.keys.cleanupInterval`; a change of it takes effect at once.
 * @returns stops it, and resolves when a run under way has ended
 */
export const startKeyCleanup = ({ keys, clock, config, log }: Services): (() => Promise<void>) =>
  schedule({
    clock,
    log,
    name: 'housekeeping',
    intervalMs: () => config.current.auth.keys.cleanupInterval,
    async run() {
      const removed = await keys.cleanup();
      log.debug({ event: 'signing_key.cleanup_finished', keys: removed.length }, 'signing key cleanup finished');
    },
  });
