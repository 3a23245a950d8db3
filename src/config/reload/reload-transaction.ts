import type { ConfigIssue } from '../issue.js';
import { changesBetween, nextSnapshot, type Change, type ConfigSnapshot } from './config-snapshot.js';
import { settingPlaces, type LoadOutcome } from './load.js';
import type { AssignedRevision } from '../revisions/revision-repository.js';
import type { DiskState } from '../files/disk-state.js';
import { commitAll, prepareAll, undoAll, type PreparedChange, type Subscriber } from './subscribers.js';

/** How a transaction ended. */
export type TransactionResult =
  | { readonly outcome: 'applied'; readonly changes: readonly Change[] }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly issues: readonly ConfigIssue[] };

/** What a transaction works on. */
export interface TransactionParts {
  readonly disk: DiskState;
  /** The snapshot in force. */
  readonly previous: ConfigSnapshot;
  readonly load: (disk: DiskState) => LoadOutcome;
  /** Finds the number of a snapshot and holds it; a rejection takes everything back. */
  readonly claim: (next: ConfigSnapshot) => Promise<AssignedRevision>;
  /** Puts a snapshot and its number into force for all readers; without a number it is the same content as before. */
  readonly swap: (snapshot: ConfigSnapshot, claimed: AssignedRevision | null) => void;
  /**
   * Puts back what was in force before.
   * @param isSeen whether readers may have seen the other
   */
  readonly restore: (isSeen: boolean) => void;
  readonly subscribers: readonly Subscriber[];
  /** Milliseconds that a subscriber may prepare. */
  readonly prepareDeadlineMs: number;
  readonly onUndoError: (error: unknown) => void;
}

const unstable: ConfigIssue = {
  key: null,
  file: null,
  code: 'unstable',
  message: 'the files kept changing while they were being read',
};

/** The next snapshot as the layers state it, before anyone is asked whether they can follow. */
const validate = ({
  disk,
  previous,
  load,
}: TransactionParts): ConfigSnapshot | { readonly issues: readonly ConfigIssue[] } => {
  if (!disk.isStable) return { issues: [unstable] };
  const outcome = load(disk);
  return outcome.ok ? nextSnapshot(previous, outcome.loaded) : outcome;
};

/**
 * Gets the number, swaps and commits in one turn of the event loop, and makes the number last.
 * @throws what the claim throws; nothing has changed then
 */
const putIntoForce = async (
  parts: TransactionParts,
  next: ConfigSnapshot,
  changes: readonly PreparedChange[],
): Promise<ConfigIssue | null> => {
  const { claim, swap, restore, onUndoError } = parts;
  let claimed: AssignedRevision | null = null;
  let isSwapped = false;
  try {
    claimed = await claim(next);
    swap(next, claimed);
    isSwapped = true;
    const issue = commitAll(changes);
    if (issue === null) {
      await claimed.keep();
      return null;
    }
    restore(false);
    await undoAll(changes, onUndoError);
    await claimed.discard();
    return issue;
  } catch (error) {
    if (claimed !== null) restore(isSwapped);
    await undoAll(changes, onUndoError);
    // Whatever was thrown, the claim holds a connection and a lock that other instances wait for.
    await claimed?.discard();
    throw error;
  }
};

/**
 * Validates everything, prepares everyone, gets a number, then swaps and commits in one turn of the event loop: no reader
 * runs in between. A refusal at any point leaves all as it was.
 * @throws what the claim of the number throws; all is as it was
 */
export const transact = async (parts: TransactionParts): Promise<TransactionResult> => {
  const { previous, swap, subscribers, onUndoError } = parts;
  const next = validate(parts);
  if ('issues' in next) return { outcome: 'refused', issues: next.issues };
  if (next.loaded.hash === previous.loaded.hash) {
    // Another layer may state the same: readers keep their object, operators see the new source.
    swap({ ...next, values: previous.values, settings: previous.settings }, null);
    return { outcome: 'unchanged' };
  }
  const preparation = await prepareAll(subscribers, next.settings, previous.settings, {
    deadlineMs: parts.prepareDeadlineMs,
    onError: onUndoError,
    placeOf: settingPlaces(next.loaded.sources, next.loaded.positions),
  });
  if (!preparation.ok) return { outcome: 'refused', issues: preparation.issues };
  const issue = await putIntoForce(parts, next, preparation.changes);
  if (issue !== null) return { outcome: 'refused', issues: [issue] };
  return { outcome: 'applied', changes: changesBetween(previous.loaded, next.loaded) };
};
