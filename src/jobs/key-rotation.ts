import { setTimeout as pause } from 'node:timers/promises';
import type { PreparedChange } from '../config/reload/subscribers.js';
import type { Settings } from '../config/schema/schema.js';
import { newId } from '../models/base-model.js';
import { probeAlgorithm } from '../security/probe-algorithm.js';
import type { Services } from '../services.js';

/** What may differ from the usual, in tests. */
export interface KeyRotationOptions {
  /** Tries the algorithm of settings that are about to come into force; a rejection refuses them. */
  readonly probe?: (next: Settings) => Promise<void>;
  /** How soon a change that failed is tried again, in milliseconds. */
  readonly retryMs?: number;
}

/** How soon it is looked again whether another instance has ended what it is at, in milliseconds. */
const lookAgainMs = 200;

/** Brings the signing keys to what the configuration says, one run at a time, until it is done. */
class KeyRotationJob {
  readonly #stopping = new AbortController();
  readonly #pending;
  #formerTtlMs = 0;
  #isWanted = false;
  #running: Promise<void> | undefined;

  constructor(
    private readonly services: Services,
    private readonly retryMs: number,
  ) {
    this.#pending = services.metrics.gauge(
      'rollcall_signing_key_change_pending',
      'Whether a change of auth.keys.algorithm or auth.access.ttl has yet to reach the signing keys (1) or not (0).',
    );
    this.#pending.set(1);
  }

  /** Looks whether the keys are what the configuration says; what has to be done is done in the background. */
  wake(formerTtlMs = 0): void {
    this.#formerTtlMs = Math.max(this.#formerTtlMs, formerTtlMs);
    this.#isWanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isWanted && !this.#stopping.signal.aborted) this.wake();
    });
  }

  /** Ends the run under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    // Waits until the settings are final: a change may still be undone in the current turn of the event loop.
    await new Promise(setImmediate);
    let failures = 0;
    while (this.#isWanted && !signal.aborted) {
      this.#isWanted = false;
      let waitMs = 0;
      try {
        if (!(await this.#apply())) waitMs = lookAgainMs;
        else if (failures > 0) {
          this.services.log.info({ event: 'signing_key.change_recovered' }, 'signing key change applied');
        }
        failures = 0;
      } catch (error) {
        failures += 1;
        waitMs = this.retryMs;
        const message = 'signing key change failed; retrying';
        if (failures === 1) this.services.log.error({ event: 'signing_key.change_failed', err: error }, message);
      }
      this.#pending.set(waitMs === 0 ? 0 : 1);
      if (waitMs === 0) continue;
      this.#isWanted = true;
      await pause(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Answers whether all is done. Nothing is asked of the database where nothing has changed. */
  async #apply(): Promise<boolean> {
    const { keys, keyRotation, config } = this.services;
    const { access, keys: wanted } = config.current.auth;
    const formerTtlMs = this.#formerTtlMs;
    if (formerTtlMs > 0 || keys.active.tokenTtlMs !== access.ttl) {
      await keyRotation.recordTokenTtl(formerTtlMs);
      if (this.#formerTtlMs === formerTtlMs) this.#formerTtlMs = 0;
      await keys.reload();
    }
    if ((keys.active.madeFor ?? keys.active.algorithm) === wanted.algorithm) return true;
    const isDone = await keyRotation.applyConfiguredAlgorithm();
    // Another instance may have been quicker.
    await keys.reload();
    return isDone;
  }
}

/**
 * Lets the signing keys follow `auth.keys.algorithm` and `auth.access.ttl`: a new algorithm is tried before the settings
 * come into force, and the keys are rotated after it, in the background; so too at the start, when the setting has changed
 * meanwhile.
 * @returns stops it, and resolves when a rotation under way has ended
 */
export const startKeyRotation = (services: Services, options: KeyRotationOptions = {}): (() => Promise<void>) => {
  const { config, secretBox, clock } = services;
  const { retryMs = 1000 } = options;
  const probe =
    options.probe ?? ((next) => probeAlgorithm(next.auth.keys.algorithm, next, { secretBox, clock, newId }));
  const follower = new KeyRotationJob(services, retryMs);
  const unsubscribe = config.subscribe({
    name: 'signing keys',
    async prepare(next, previous): Promise<PreparedChange | undefined> {
      const isOther = next.auth.keys.algorithm !== previous.auth.keys.algorithm;
      const formerTtlMs = previous.auth.access.ttl;
      const hasOtherTtl = next.auth.access.ttl !== formerTtlMs;
      if (!isOther && !hasOtherTtl) return undefined;
      if (isOther) await probe(next);
      const lookAfter = (usedTtlMs: number) => (): void => {
        follower.wake(hasOtherTtl ? usedTtlMs : 0);
      };
      return { commit: lookAfter(formerTtlMs), undo: lookAfter(next.auth.access.ttl) };
    },
  });
  follower.wake();
  return async () => {
    unsubscribe();
    await follower.stop();
  };
};
