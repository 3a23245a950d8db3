import { join } from 'node:path';
import type { Clock } from '../../clock.js';
import type { Logger } from '../../observability/logger.js';
import { QuietPeriod, type QuietPeriodOptions } from './quiet-period.js';
import type { DiskState } from './disk-state.js';
import { templateFolder } from './template-files.js';
import { defaultWatchTimes, DirectoryWatcher, type WatchTimes } from './directory-watcher.js';

/** Options for `FileWatch`. */
interface FileWatchOptions extends Omit<QuietPeriodOptions, 'times'> {
  readonly directory: string;
  readonly log: Logger;
  /** Overrides of the default times, in milliseconds. */
  readonly times?: Partial<WatchTimes> | undefined;
}

/** Follows the configuration directory and its templates, with one quiet period for both. */
export class FileWatch {
  #watchers: readonly DirectoryWatcher[] = [];
  #isClosed = false;
  readonly #quiet: QuietPeriod;
  readonly #times: WatchTimes;
  readonly #clock: Clock;

  /** @param first the disk that was loaded at the start */
  constructor(
    private readonly options: FileWatchOptions,
    first: DiskState,
  ) {
    this.#times = { ...defaultWatchTimes, ...options.times };
    this.#clock = options.clock;
    this.#quiet = new QuietPeriod({ ...options, times: this.#times }, first);
  }

  /** Starts to watch; resolves when changes are noticed. Calling it again does nothing. */
  async start(): Promise<void> {
    if (this.#isClosed || this.#watchers.length > 0) return;
    const { directory, log } = this.options;
    const notice = this.#quiet.notice.bind(this.#quiet);
    this.#watchers = [directory, join(directory, templateFolder)].map(
      (watched) => new DirectoryWatcher({ directory: watched, clock: this.#clock, log, times: this.#times, notice }),
    );
    await Promise.all(this.#watchers.map((watcher) => watcher.start()));
  }

  /** A disk that has stayed the same for the quiet period; see `QuietPeriod.settled`. */
  settled(): Promise<DiskState> {
    return this.#quiet.settled();
  }

  /** Stops watching; nothing is left open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#quiet.close();
    await Promise.all(this.#watchers.map((watcher) => watcher.close()));
  }
}
