import type { Clock } from '../clock.js';
import type { Logger } from '../observability/logger.js';

/** Work that comes again and again. */
export interface Job {
  readonly clock: Clock;
  readonly log: Logger;
  /** What a failure is called in the log. */
  readonly name: string;
  /** The interval as it stands now, in milliseconds: it is live. */
  readonly intervalMs: () => number;
  /** Whether it is done at the start too. */
  readonly runsAtStart?: boolean;
  /** @param signal aborted when the work should come to an end */
  run(signal: AbortSignal): Promise<void>;
}

/** How often it is looked whether the interval has passed, in milliseconds. */
const tickMs = 1000;

/**
 * Does work at intervals, one run at a time; a run that fails is logged and tried again at the next interval.
 * @returns stops it, and resolves when a run under way has ended
 */
export const schedule = (recurring: Job): (() => Promise<void>) => {
  const { clock, log, name, intervalMs } = recurring;
  const stopping = new AbortController();
  let lastMs = clock.monotonicMs();
  let running: Promise<void> | undefined;
  const run = (): void => {
    lastMs = clock.monotonicMs();
    running = recurring
      .run(stopping.signal)
      .catch((error: unknown) => {
        log.warn({ event: 'job.failed', job: name, err: error }, `${name} failed; retrying at the next interval`);
      })
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(() => {
    if (running === undefined && clock.monotonicMs() - lastMs >= intervalMs()) run();
  }, tickMs);
  timer.unref();
  if (recurring.runsAtStart === true) run();
  return async () => {
    clearInterval(timer);
    stopping.abort();
    await running;
  };
};
