import { setTimeout as pause } from 'node:timers/promises';
import type { PreparedChange } from '../config/reload/subscribers.js';
import type { Settings } from '../config/schema/schema.js';
import { newId } from '../models/base-model.js';
import { probeAlgorithm } from '../security/probe-algorithm.js';
import type { Services } from '../services.js';
import { schedule } from './schedule.js';

/** Options for tests. */
export interface KeyRotationOptions {
  /** Tests the algorithm of new settings; the settings are rejected if it rejects. */
  readonly probe?: (next: Settings) => Promise<void>;
  /** Wait after the first failure, in milliseconds; it doubles with each further one. */
  readonly retryMs?: number;
}

/** Wait before checking again whether another instance has finished a rotation, in milliseconds. */
const recheckMs = 200;

/** Longest wait between two attempts, in milliseconds. */
const maxRetryMs = 10_000;

/** @returns whether the change is complete. Without a change, the database is not queried. */
const applySettings = async (
  { keys, keyRotation, config }: Services,
  change: { formerTtlMs: number },
): Promise<boolean> => {
  const { access, keys: settings } = config.current.auth;
  const { formerTtlMs } = change;
  if (formerTtlMs > 0 || keys.active.tokenTtlMs !== access.ttl) {
    await keyRotation.recordTokenTtl(formerTtlMs);
    if (change.formerTtlMs === formerTtlMs) change.formerTtlMs = 0;
    await keys.reload();
  }
  if ((keys.active.madeFor ?? keys.active.algorithm) === settings.algorithm) return true;
  const isComplete = await keyRotation.applyConfiguredAlgorithm();
  // Another instance may have completed the rotation first.
  await keys.reload();
  return isComplete;
};

/**
 * Applies changes of `auth.keys.algorithm` and `auth.access.ttl` to the signing keys. A new algorithm is tested before the
 * settings become active; the rotation follows in the background. It also runs at the start, since the settings may have
 * changed while the service was down.
 * @returns stops the job; resolves when a rotation in progress has ended
 */
export const startSigningKeyRotation = (
  services: Services,
  { probe, retryMs = 1000 }: KeyRotationOptions = {},
): (() => Promise<void>) => {
  const { config, secretBox, clock, log, metrics } = services;
  const test = probe ?? ((next) => probeAlgorithm(next.auth.keys.algorithm, next, { secretBox, clock, newId }));
  const pending = metrics.gauge(
    'rollcall_signing_key_change_pending',
    'Whether a change of auth.keys.algorithm or auth.access.ttl has yet to reach the signing keys (1) or not (0).',
  );
  pending.set(1);
  const change = { formerTtlMs: 0 };
  const job = schedule(
    {
      name: 'signing_key_rotation',
      intervalMs: () => Infinity,
      retryMs: (failures) => Math.min(maxRetryMs, retryMs * 2 ** (failures - 1)),
      runsAtStart: true,
      async run(signal) {
        // A change of settings can still be undone in the current turn of the event loop.
        await new Promise(setImmediate);
        while (!signal.aborted && !(await applySettings(services, change))) {
          pending.set(1);
          await pause(recheckMs, undefined, { signal, ref: false }).catch(() => undefined);
        }
        if (!signal.aborted) pending.set(0);
      },
      onFailure(error, failures) {
        pending.set(1);
        if (failures > 1) return;
        log.error({ event: 'signing_key.change_failed', err: error }, 'signing key change failed; retrying');
      },
      onRecovery() {
        log.info({ event: 'signing_key.change_recovered' }, 'signing key change applied');
      },
    },
    services,
  );
  const unsubscribe = config.subscribe({
    name: 'signing keys',
    async prepare(next, previous): Promise<PreparedChange | undefined> {
      const hasNewAlgorithm = next.auth.keys.algorithm !== previous.auth.keys.algorithm;
      const hasNewTtl = next.auth.access.ttl !== previous.auth.access.ttl;
      if (!hasNewAlgorithm && !hasNewTtl) return undefined;
      if (hasNewAlgorithm) await test(next);
      const wakeWith = (usedTtlMs: number) => (): void => {
        if (hasNewTtl) change.formerTtlMs = Math.max(change.formerTtlMs, usedTtlMs);
        job.wake();
      };
      return { commit: wakeWith(previous.auth.access.ttl), undo: wakeWith(next.auth.access.ttl) };
    },
  });
  return async () => {
    unsubscribe();
    await job.stop();
  };
};
