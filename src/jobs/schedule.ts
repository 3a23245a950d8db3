import type { Config } from '../config/config.js';
import type { Services } from '../services.js';

/** Work that is repeated in the background. */
export interface Job {
  /** The label in logs and metrics, in snake_case. */
  readonly name: string;
  /** Milliseconds from the start of one run to the next. A changed setting applies to the current wait. Infinity: only when woken. */
  readonly intervalMs: () => number;
  /** Milliseconds to wait after this many failures in a row; `intervalMs` by default. */
  readonly retryMs?: (failures: number) => number;
  /** Whether to run immediately when scheduled. */
  readonly runsAtStart?: boolean;
  /** @param signal aborted when the schedule stops */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Reports a failed run; logs `job.failed` by default. */
  readonly onFailure?: (error: unknown, failures: number) => void;
  /** Called after the first successful run that follows a failure. */
  readonly onRecovery?: (failingMs: number) => void;
}

/** A scheduled job. */
export interface Schedule {
  /** Runs the job now, or again as soon as the current run has ended. */
  readonly wake: () => void;
  /** Ends the schedule; resolves when the current run has ended. */
  readonly stop: () => Promise<void>;
}

/** Maximum delay of a timer, in milliseconds. */
const maxTimerMs = 2 ** 31 - 1;

/** Runs a job at its interval, one run at a time. A failed run is reported and does not end the schedule. */
export const schedule = (
  { name, intervalMs, retryMs = intervalMs, runsAtStart = false, run, onFailure, onRecovery }: Job,
  {
    clock,
    log,
    metrics,
    config,
  }: Pick<Services, 'clock' | 'log' | 'metrics'> & { readonly config: Pick<Config, 'subscribe'> },
): Schedule => {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let cancelTimer = (): void => undefined;
  let isDue = runsAtStart;
  let lastRunMs = clock.monotonicMs();
  let failures = 0;
  let failingSinceMs = 0;

  const report =
    onFailure ??
    ((error: unknown): void => {
      log.warn({ event: 'job.failed', job: name, err: error }, `${name} failed; retrying at the next interval`);
    });

  const runOnce = async (): Promise<void> => {
    isDue = false;
    lastRunMs = clock.monotonicMs();
    try {
      await run(stopping.signal);
      if (failures > 0 && !stopping.signal.aborted) onRecovery?.(Math.round(clock.monotonicMs() - failingSinceMs));
      failures = 0;
    } catch (error) {
      lastRunMs = clock.monotonicMs();
      if (failures === 0) failingSinceMs = lastRunMs;
      failures += 1;
      metrics.jobFailures.inc({ job: name });
      report(error, failures);
    }
  };

  const runWhenDue = (): void => {
    cancelTimer();
    if (stopping.signal.aborted || running !== undefined) return;
    const waitMs = isDue ? 0 : lastRunMs + (failures === 0 ? intervalMs() : retryMs(failures)) - clock.monotonicMs();
    if (waitMs > 0) {
      if (waitMs < Infinity) cancelTimer = clock.setTimer(runWhenDue, Math.min(waitMs, maxTimerMs));
      return;
    }
    running = runOnce().finally(() => {
      running = undefined;
      runWhenDue();
    });
  };

  const readInterval = (): void => {
    cancelTimer();
    // A change of settings can still be undone in the current turn of the event loop.
    cancelTimer = clock.setTimer(runWhenDue, 0);
  };
  const unsubscribe = config.subscribe({
    name: `schedule of ${name}`,
    prepare: () => ({ commit: readInterval, undo: readInterval }),
  });

  runWhenDue();
  return {
    wake() {
      isDue = true;
      runWhenDue();
    },
    async stop() {
      stopping.abort();
      unsubscribe();
      cancelTimer();
      await running;
    },
  };
};
