import type { Clock } from '../clock.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { Environment, Pinned } from './files/environment.js';
import type { ConfigIssue } from './issue.js';
import type { WatchTimes } from './files/directory-watcher.js';

/** What asked for a reload. */
export type ReloadTrigger = 'watch' | 'poll' | 'signal' | 'admin';

/** What brought a revision about: a reload, the start of the service, or a rollback. */
export type RevisionTrigger = ReloadTrigger | 'start' | 'rollback';

/** Who asked for a change of the configuration, and from where, for the audit trail. */
export interface Requester {
  /** The account; null for an operator at the command line. */
  readonly actorId: string | null;
  /** Where the request came from; null for the command line. */
  readonly requestMetadata: {
    readonly ipAddress: string;
    readonly userAgent: string | null;
    readonly requestId: string;
  } | null;
  /** Recorded with the audit event, for example the operating-system user of the command line. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A request that is only good for the configuration that the requester has seen. */
export interface ChangeRequest {
  readonly requester: Requester;
  /** Whether what is in force is still what the requester expects; asked when the turn has come. */
  readonly expects?: (status: ConfigStatus) => boolean;
}

/** How a reload ended. */
export type ReloadOutcome = 'applied' | 'unchanged' | 'refused';

/** The answer to a reload. */
export interface ReloadResult {
  readonly outcome: ReloadOutcome;
  /** The active revision afterwards; null until the database has numbered it. */
  readonly revision: number | null;
  /** Keys that are stated differently, those that wait for a restart included. */
  readonly changed: readonly string[];
  readonly pendingRestart: readonly string[];
  /** Keys whose value in the files has no effect, since the environment sets them. */
  readonly noEffect: readonly Pinned[];
  readonly errors: readonly ConfigIssue[];
}

/** Faults that keep the files on disk from being in force. */
export interface LastError {
  readonly at: Date;
  readonly errors: readonly ConfigIssue[];
}

/** A rollback in force: values of an earlier revision lie over the files. */
export interface ActiveRollback {
  readonly revision: number;
  readonly since: Date;
  readonly actorId: string | null;
}

/** What operators are shown about the configuration. */
export interface ConfigStatus {
  /** One number for one content on every instance; it never goes back. Null until the database has numbered the content. */
  readonly revision: number | null;
  /** Grows with every change on this instance, numbered or not. */
  readonly snapshotNumber: number;
  /** Names the content of the files; equal on every instance that has the same. */
  readonly hash: string;
  readonly loadedAt: Date;
  /** Null while the files on disk are in force. */
  readonly lastError: LastError | null;
  readonly pendingRestart: readonly string[];
  /** Null while the files are what is in force. */
  readonly rollback: ActiveRollback | null;
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
  /** `optional` for work that uses none, such as migrations: production does not demand them, and none is made. */
  readonly secrets?: 'optional';
  readonly log: Logger;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
  /** Where secrets that nobody gave and the outbox of mails are kept; `.data` when absent. */
  readonly dataDir?: string;
  /** Times of the watcher, how long a subscriber may prepare, and the database may take to number a change; milliseconds. */
  readonly times?: Partial<WatchTimes & { readonly prepareDeadlineMs: number; readonly numberingMs: number }>;
}
