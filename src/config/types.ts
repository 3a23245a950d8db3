import type { Clock } from '../clock.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { Environment, Pinned } from './environment.js';
import type { ConfigFault } from './fault.js';
import type { WatchTimes } from './watcher.js';

/** What asked for a reload. */
export type ReloadTrigger = 'watch' | 'poll' | 'signal' | 'admin';

/** How a reload ended. */
export type ReloadOutcome = 'applied' | 'unchanged' | 'refused';

/** The answer to a reload. */
export interface ReloadResult {
  readonly outcome: ReloadOutcome;
  /** In force after it. */
  readonly revision: number;
  /** Keys that are stated differently, those that wait for a restart included. */
  readonly changed: readonly string[];
  readonly pendingRestart: readonly string[];
  readonly errors: readonly ConfigFault[];
}

/** Faults that keep the files on disk from being in force. */
export interface LastError {
  readonly at: Date;
  readonly errors: readonly ConfigFault[];
}

/** What operators are shown about the configuration. */
export interface ConfigStatus {
  /** 1 at start; one more for each reload that was applied. */
  readonly revision: number;
  /** Names the content of the files; equal on every instance that has the same. */
  readonly hash: string;
  readonly loadedAt: Date;
  /** Null while the files on disk are in force. */
  readonly lastError: LastError | null;
  readonly pendingRestart: readonly string[];
  /** Layers that were read, weakest first, and after them the templates of mails. */
  readonly files: readonly string[];
  /** Keys that no file can change, since the environment sets them. */
  readonly pinned: readonly Pinned[];
}

/** Where the configuration comes from and who hears about it. */
export interface ConfigOptions {
  /** Holds default.yaml, `<nodeEnv>.yaml` and local.yaml. */
  readonly directory: string;
  /** `NODE_ENV`: names a layer, and `production` demands the secrets. */
  readonly nodeEnv: string;
  readonly env: Environment;
  readonly log: Logger;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
  /** Where secrets that nobody gave and the outbox of mails are kept; `.data` when absent. */
  readonly dataDir?: string;
  /** Times of the watcher, and how long a subscriber may prepare, in milliseconds. */
  readonly times?: Partial<WatchTimes & { readonly prepareDeadlineMs: number }>;
}
