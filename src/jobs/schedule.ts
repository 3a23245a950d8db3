import type { Services } from '../services.js';

/** Work that is repeated in the background. */
export interface Job {
  /** The label in logs and metrics, in snake_case. */
  readonly name: string;
  /** Milliseconds from the start of one run to the next. Read every second, so a changed setting applies to the current wait. */
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

/** Time after which a waiting schedule reads its interval again, in milliseconds. */
const recheckMs = 1000;

/** Runs a job at its interval, one run at a time. A failed run is reported and does not end the schedule. */
export const schedule = (
  { name, intervalMs, retryMs = intervalMs, runsAtStart = false, run, onFailure, onRecovery }: Job,
  { clock, log, metrics }: Pick<Services, 'clock' | 'log' | 'metrics'>,
): Schedule => {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
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
    clearTimeout(timer);
    if (stopping.signal.aborted || running !== undefined) return;
    const waitMs = isDue ? 0 : lastRunMs + (failures === 0 ? intervalMs() : retryMs(failures)) - clock.monotonicMs();
    if (waitMs > 0) {
      timer = setTimeout(runWhenDue, Math.min(waitMs, recheckMs)).unref();
      return;
    }
    running = runOnce().finally(() => {
      running = undefined;
      runWhenDue();
    });
  };

  runWhenDue();
  return {
    wake() {
      isDue = true;
      runWhenDue();
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
};
