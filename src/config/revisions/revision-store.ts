import type { RevisionContent } from './revision-content.js';
import type { ConfigIssue } from '../issue.js';
import type { Change } from '../reload/config-snapshot.js';
import type { Requester, RevisionTrigger } from '../types.js';

/** An earlier revision's values that lie over the files, as they are kept in the database. */
export interface StoredRollback {
  readonly id: string;
  /** Whose values they are. */
  readonly revision: number;
  readonly values: RevisionContent['values'];
  /** Names what the files stated when the rollback was made; it ends when they state something else. */
  readonly baseHash: string;
  readonly actorId: string | null;
  readonly since: Date;
}

/** What the database says of the configuration. */
export interface StoredState {
  readonly newest: { readonly revision: number; readonly hash: string } | null;
  readonly rollback: StoredRollback | null;
}

/** A content that is to get its number. */
export interface RevisionDraft {
  readonly hash: string;
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
  /** When it came into force. */
  readonly activeSince: Date;
  /** A number below it would go back behind what this instance has shown. */
  readonly minRevision: number;
  /** The number that must still be the newest; whoever asks saw it. */
  readonly expectedNewest?: number | undefined;
  readonly content: RevisionContent;
  /** What it changes; nothing is before the first revision. */
  readonly changesSince: (previous: RevisionContent) => readonly Change[];
  /** The rollback that begins with it. */
  readonly startsRollback?: StoredRollback | undefined;
}

/** What was asked for was meant for another configuration than the one in force. */
export class StaleRevisionError extends Error {
  override readonly name = 'ConfigMovedError';
}

/** A number that is held for a content until it is known whether that comes into force. */
export interface PendingRevision {
  readonly revision: number;
  /** Makes it last. */
  keep(): Promise<void>;
  /** Gives it back as if it had never been claimed. */
  discard(): Promise<void>;
  /** Resolves, after `keep`, when every instance has looked at it. */
  settled(): Promise<void>;
}

/** A refusal as the audit trail is told of it. */
export interface Rejection {
  readonly revision: number | null;
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
  readonly issues: readonly ConfigIssue[];
}

/** Where the numbers of revisions come from: one sequence for all instances, since it lives in their database. */
export interface RevisionStore {
  /** Reads the newest number and the rollback in force. */
  readState(): Promise<StoredState>;
  /** The content of an earlier revision; null when there is none. */
  contentOf(revision: number): Promise<RevisionContent | null>;
  /**
   * Finds the number of a content: that of the newest revision when it is the same content, else the next one. Nobody else
   * claims until it is kept or discarded.
   * @throws {StaleRevisionError} when the draft comes after a number that is not the newest any more
   */
  reserve(draft: RevisionDraft): Promise<PendingRevision>;
  /** Removes a rollback that was seen to be over; another one stays. */
  deleteRollback(rollbackId: string): Promise<void>;
  /** Tells the audit trail of a refusal. */
  recordRejection(refusal: Rejection): Promise<void>;
}
