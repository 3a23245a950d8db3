import { changesSince, contentOf, type RevisionContent } from '../revisions/revision-content.js';
import { ConfigError, type ConfigIssue } from '../issue.js';
import type { Change } from './config-snapshot.js';
import type { Loaded } from './load.js';
import type { RevisionDraft, StoredRollback } from '../revisions/revision-store.js';
import type { Rollback } from '../revisions/rollback.js';
import type { DiskState } from '../files/disk-state.js';
import type { ReloadResult, Requester, RevisionTrigger } from '../types.js';

/** One attempt to startsRollback something else into force. */
export interface ReloadAttempt {
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
  readonly disk: DiskState;
  /** To be laid over the files, as long as these are what it was made for. */
  readonly rollback: Rollback | null;
  /** Whether the database may be asked for a number: it has not just been found silent. */
  readonly isNumbered: boolean;
  /** The rollback that begins with it; it is only good when the database keeps it. */
  readonly startsRollback?: StoredRollback;
  /** The number that must still be the newest of all instances. */
  readonly expectedNewest?: number | undefined;
  /** What is known to be wrong before anything is read. */
  readonly issues?: readonly ConfigIssue[];
}

/** What became of an attempt. */
export interface AttemptResult {
  readonly result: ReloadResult;
  /** Resolves when every instance has looked at it. */
  settled(): Promise<void>;
}

/** What the database is asked a number for. */
export const draftOf = (
  {
    trigger,
    requester,
    activeSince,
    minRevision,
  }: Pick<RevisionDraft, 'trigger' | 'requester' | 'activeSince' | 'minRevision'>,
  loaded: Loaded,
): RevisionDraft => {
  const content = contentOf(loaded);
  const changes = (previous: RevisionContent): readonly Change[] => changesSince(previous, content);
  return { hash: loaded.hash, trigger, requester, activeSince, minRevision, content, changesSince: changes };
};

/** What an operator is told of an attempt that broke off. */
export const issuesOfFailure = (error: unknown): readonly ConfigIssue[] => {
  if (error instanceof ConfigError) return error.issues;
  const message = `reload failed: ${error instanceof Error ? error.message : String(error)}`;
  return [{ key: null, file: null, code: 'unreadable', message }];
};
