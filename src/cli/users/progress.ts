import { SingleBar } from 'cli-progress';
import type { Clock } from '../../clock.js';
import type { ProcessEnvironment } from '../../server/process/environment.js';

/** The progress of a long command, on standard error. */
export interface Progress {
  /**
   * @param done the completed part of the total
   * @param records the number of records processed by this run
   */
  update(done: number, records: number): void;
  /** Ends the display and clears the bar. */
  stop(): void;
}

/** Options for `showProgress`. */
export interface ProgressOptions {
  readonly environment: Pick<ProcessEnvironment, 'stderr'>;
  readonly clock: Clock;
  /** The total, in bytes or records. */
  readonly total: number;
}

/** Interval between progress lines if there is no terminal, in milliseconds. */
const lineIntervalMs = 5000;

const grouped = (count: number): string => Math.round(count).toLocaleString('en-GB');

/**
 * Returns records per second and remaining seconds. Progress made before the first record belongs to an earlier run.
 */
const pace = ({ clock, total }: ProgressOptions): ((done: number, records: number) => [number, number]) => {
  const startedAtMs = clock.monotonicMs();
  let from = 0;
  return (done, records) => {
    if (records === 0) from = done;
    const seconds = Math.max(0.001, (clock.monotonicMs() - startedAtMs) / 1000);
    const left = done > from ? ((total - done) * seconds) / (done - from) : 0;
    return [records / seconds, Math.ceil(left)];
  };
};

const barProgress = (options: ProgressOptions): Progress => {
  const paceOf = pace(options);
  const bar = new SingleBar({
    format: '{bar} {percentage} % | {records} records | {rate}/s | {left} s left',
    stream: options.environment.stderr as NodeJS.WritableStream,
    hideCursor: true,
    clearOnComplete: true,
    // The command handles signals itself: it finishes the current batch first.
    gracefulExit: false,
  });
  bar.start(Math.max(1, options.total), 0, { records: '0', rate: '0', left: '?' });
  return {
    update(done, records) {
      const [rate, left] = paceOf(done, records);
      bar.update(done, { records: grouped(records), rate: grouped(rate), left: grouped(left) });
    },
    stop() {
      bar.stop();
    },
  };
};

const lineProgress = (options: ProgressOptions): Progress => {
  const { environment, clock, total } = options;
  const paceOf = pace(options);
  let lastMs = clock.monotonicMs();
  return {
    update(done, records) {
      if (clock.monotonicMs() - lastMs < lineIntervalMs) return;
      lastMs = clock.monotonicMs();
      const [rate, left] = paceOf(done, records);
      const percent = String(Math.floor((100 * done) / Math.max(1, total)));
      environment.stderr.write(
        `${percent} % | ${grouped(records)} records | ${grouped(rate)}/s | ${grouped(left)} s left\n`,
      );
    },
    stop: () => undefined,
  };
};

/** Shows a bar on a terminal, and lines elsewhere. */
export const showProgress = (options: ProgressOptions): Progress =>
  options.environment.stderr.isTTY === true ? barProgress(options) : lineProgress(options);
