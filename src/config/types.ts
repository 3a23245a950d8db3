import type { Clock } from '../clock.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import type { WatchTimes } from './files/directory-watcher.js';
import type { Environment, Pinned } from './files/environment.js';
import type { ValidatedFiles } from './files/validate.js';
import type { ConfigIssue } from './issue.js';
import type { OverrideState } from './override-state.js';

/** What caused a reload. */
export type ReloadTrigger = 'watch' | 'poll' | 'signal' | 'admin';

/**
 * What caused a revision: a reload, the start of the service, or a change of overrides: by an operator, by a rollback, by
 * a revert, by an expiry, or at a scheduled time.
 */
export type RevisionTrigger = ReloadTrigger | 'start' | 'rollback' | 'override' | 'revert' | 'expiry' | 'schedule';

/** Who requested a change, for the audit log. */
export interface Requester {
  /** The account; null for the command line. */
  readonly actorId: string | null;
  /** Where the request came from; null for the command line. */
  readonly requestMetadata: {
    readonly ipAddress: string;
    readonly userAgent: string | null;
    readonly requestId: string;
  } | null;
  /** Further details of the audit event, for example the operating-system user of the command line. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A request with an optional precondition. */
export interface ChangeRequest {
  readonly requester: Requester;
  /** The precondition: whether the status is the one that the requester expects. It is checked when the change starts. */
  readonly expects?: (status: ConfigStatus) => boolean;
}

/** The outcome of a reload. */
export type ReloadOutcome = 'applied' | 'unchanged' | 'refused';

/** The result of a reload. */
export interface ReloadResult {
  readonly outcome: ReloadOutcome;
  /** The active revision afterwards; null until the database has assigned a number. */
  readonly revision: number | null;
  /** Keys whose value in the layers has changed, including those that wait for a restart. */
  readonly changed: readonly string[];
  readonly pendingRestart: readonly string[];
  /** Keys in the files without effect because the environment sets them. */
  readonly noEffect: readonly Pinned[];
  /** Keys whose value in the files has changed since they were overridden. */
  readonly shadowedByOverride: readonly string[];
  readonly errors: readonly ConfigIssue[];
}

/** Why the files on disk are not active. */
export interface LastError {
  readonly at: Date;
  readonly errors: readonly ConfigIssue[];
}

/** An active rollback: values of an earlier revision override the files. */
export interface ActiveRollback {
  readonly revision: number;
  readonly since: Date;
  readonly actorId: string | null;
}

/** An override without effect: it is invalid, alone or together with the files, or its key can be set only in the files. */
export interface LeftOutOverride {
  readonly key: string;
  readonly issues: readonly ConfigIssue[];
}

/** The status of the configuration, as operators see it. */
export interface ConfigStatus {
  /**
   * Instances with the same content have the same revision, and it never decreases. Null until the database has assigned it.
   */
  readonly revision: number | null;
  /** Increases with every change on this instance, whether it has a revision or not. */
  readonly snapshotNumber: number;
  /** Hash of the content of the files; equal on every instance with the same content. */
  readonly hash: string;
  /** Hash of what each file sets, also where it is overridden; equal on every instance with the same files. */
  readonly filesHash: string;
  readonly loadedAt: Date;
  /** Null if the files on disk are active. */
  readonly lastError: LastError | null;
  readonly pendingRestart: readonly string[];
  /** Null if no override comes from a rollback. */
  readonly rollback: ActiveRollback | null;
  readonly overrides: OverrideState;
  /** Overrides without effect. */
  readonly leftOut: readonly LeftOutOverride[];
  /** Keys whose value in the files has changed since they were overridden. */
  readonly shadowedByOverride: readonly string[];
  /** The files that were read, lowest precedence first, then the mail templates. */
  readonly files: readonly string[];
  /** Keys that files cannot change because the environment sets them. */
  readonly pinned: readonly Pinned[];
}

/** Options for `Config`. */
export interface ConfigOptions {
  /** The directory of default.yaml, `<nodeEnv>.yaml` and local.yaml. */
  readonly directory: string;
  /** `NODE_ENV`: selects a file; in production, the secrets are required. */
  readonly nodeEnv: string;
  readonly env: Environment;
  /** `optional` for commands that use no secrets, such as migrations: none is required, and none is created. */
  readonly secrets?: 'optional';
  readonly log: Logger;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
  /** Directory of generated secrets and of the mail outbox; default `.data`. */
  readonly dataDir?: string;
  /** Validation results to reuse for unchanged files. Tests share one map between instances. */
  readonly validated?: ValidatedFiles;
  /** Times of the watcher, and how long subscribers and the database may take, in milliseconds. */
  readonly times?: Partial<WatchTimes & { readonly prepareDeadlineMs: number; readonly numberingMs: number }>;
}

/** A changed key: its values as written in YAML, secrets masked. */
export interface Change {
  readonly key: string;
  readonly from: unknown;
  readonly to: unknown;
}
