import type { Generation } from './generation.js';
import type { Rollback } from './rollback.js';
import type { DiskSnapshot } from './snapshot.js';
import type { ConfigStatus, LastError, Requester, RevisionTrigger } from './types.js';

/** What is in force, its number with it: one object that is replaced as a whole, so that nobody sees them mixed. */
export interface InForce {
  readonly generation: Generation;
  /** The files that it was read from; those on disk may have become worse since. */
  readonly snapshot: DiskSnapshot;
  /** Names what the files state, whatever lies over them. */
  readonly filesHash: string;
  readonly rollback: Rollback | null;
  /** Null until the database has numbered it. */
  readonly revision: number | null;
  /** Grows with every change on this instance, and is never below the revision. */
  readonly generationNumber: number;
  readonly loadedAt: Date;
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
}

/** What operators are shown of it. */
export const statusOf = (inForce: InForce, lastError: LastError | null): ConfigStatus => {
  const { generation, revision, generationNumber, loadedAt, rollback } = inForce;
  const { loaded, pendingRestart } = generation;
  const { hash, files, pinned } = loaded;
  const active = rollback && { revision: rollback.revision, since: rollback.since, actorId: rollback.actorId };
  return { revision, generationNumber, hash, loadedAt, lastError, pendingRestart, rollback: active, files, pinned };
};
