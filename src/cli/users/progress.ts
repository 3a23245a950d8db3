import { SingleBar } from 'cli-progress';
import type { Clock } from '../../clock.js';
import type { ProcessEnvironment } from '../../server/process/environment.js';

/** How far a long command has come, on standard error. */
export interface Progress {
  /**
   * @param done how much of the total is done
   * @param records how many records that were in this run
   */
  update(done: number, records: number): void;
  /** Ends the display; what was shown last of a bar is cleared away. */
  stop(): void;
}

/** What a progress is shown of. */
export interface ProgressOptions {
  readonly environment: Pick<ProcessEnvironment, 'stderr'>;
  readonly clock: Clock;
  /** The amount that is everything: bytes, or records. */
  readonly total: number;
}

/** How often a line is written where no terminal is, in milliseconds. */
const lineEveryMs = 5000;

const grouped = (count: number): string => Math.round(count).toLocaleString('en-GB');

/** Records in a second, and seconds that are left. What was done while no record was, an earlier run has done. */
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
    // A signal is the command's own business: the batch under way ends first.
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
      if (clock.monotonicMs() - lastMs < lineEveryMs) return;
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

/** A bar on a terminal, plain lines elsewhere. */
export const showProgress = (options: ProgressOptions): Progress =>
  options.environment.stderr.isTTY === true ? barProgress(options) : lineProgress(options);
