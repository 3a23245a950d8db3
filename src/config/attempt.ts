import { changesSince, contentOf, type Content } from './content.js';
import { ConfigError, type ConfigFault } from './fault.js';
import type { Change } from './generation.js';
import type { Loaded } from './load.js';
import type { RevisionDraft, StoredRollback } from './revision-store.js';
import type { Rollback } from './rollback.js';
import type { DiskSnapshot } from './snapshot.js';
import type { ReloadResult, Requester, RevisionTrigger } from './types.js';

/** One attempt to put something else into force. */
export interface Attempt {
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
  readonly snapshot: DiskSnapshot;
  /** To be laid over the files, as long as these are what it was made for. */
  readonly rollback: Rollback | null;
  /** Whether the database may be asked for a number: it has not just been found silent. */
  readonly isNumbered: boolean;
  /** The rollback that begins with it; it is only good when the database keeps it. */
  readonly put?: StoredRollback;
  /** The number that must still be the newest of all instances. */
  readonly after?: number | undefined;
  /** What is known to be wrong before anything is read. */
  readonly faults?: readonly ConfigFault[];
}

/** What became of an attempt. */
export interface Ending {
  readonly result: ReloadResult;
  /** Resolves when every instance has looked at it. */
  settled(): Promise<void>;
}

/** What the database is asked a number for. */
export const draftOf = (
  { trigger, requester, at, atLeast }: Pick<RevisionDraft, 'trigger' | 'requester' | 'at' | 'atLeast'>,
  loaded: Loaded,
): RevisionDraft => {
  const content = contentOf(loaded);
  const changes = (previous: Content): readonly Change[] => changesSince(previous, content);
  return { hash: loaded.hash, trigger, requester, at, atLeast, content, changesSince: changes };
};

/** What an operator is told of an attempt that broke off. */
export const brokenOff = (error: unknown): readonly ConfigFault[] => {
  if (error instanceof ConfigError) return error.faults;
  const message = `reload failed: ${error instanceof Error ? error.message : String(error)}`;
  return [{ key: null, file: null, code: 'unreadable', message }];
};
