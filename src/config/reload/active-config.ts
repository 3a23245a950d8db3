import type { ConfigSnapshot } from './config-snapshot.js';
import type { Rollback } from '../revisions/rollback.js';
import type { DiskState } from '../files/disk-state.js';
import type { ConfigStatus, LastError, Requester, RevisionTrigger } from '../types.js';

/** What is in force, its number with it: one object that is replaced as a whole, so that nobody sees them mixed. */
export interface ActiveConfig {
  readonly snapshot: ConfigSnapshot;
  /** The files that it was read from; those on disk may have become worse since. */
  readonly disk: DiskState;
  /** Names what the files state, whatever lies over them. */
  readonly filesHash: string;
  readonly rollback: Rollback | null;
  /** Null until the database has numbered it. */
  readonly revision: number | null;
  /** Grows with every change on this instance, and is never below the revision. */
  readonly snapshotNumber: number;
  readonly loadedAt: Date;
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
}

/** What operators are shown of it. */
export const statusOf = (active: ActiveConfig, lastError: LastError | null): ConfigStatus => {
  const { snapshot, revision, snapshotNumber, loadedAt, rollback } = active;
  const { loaded, pendingRestart } = snapshot;
  const { hash, files, pinned } = loaded;
  const activeRollback = rollback && { revision: rollback.revision, since: rollback.since, actorId: rollback.actorId };
  return {
    revision,
    snapshotNumber,
    hash,
    loadedAt,
    lastError,
    pendingRestart,
    rollback: activeRollback,
    files,
    pinned,
  };
};
