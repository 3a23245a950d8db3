import type { ConfigFault } from './fault.js';
import { changesBetween, nextGeneration, type Change, type Generation } from './generation.js';
import { settingPlaces, type LoadOutcome } from './load.js';
import type { Claimed } from './registrar.js';
import type { DiskSnapshot } from './snapshot.js';
import { commitAll, prepareAll, undoAll, type PreparedChange, type Subscriber } from './subscribers.js';

/** How a transaction ended. */
export type Verdict =
  | { readonly outcome: 'applied'; readonly changes: readonly Change[] }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly faults: readonly ConfigFault[] };

/** What a transaction works on. */
export interface TransactionParts {
  readonly snapshot: DiskSnapshot;
  /** The generation in force. */
  readonly previous: Generation;
  readonly load: (snapshot: DiskSnapshot) => LoadOutcome;
  /** Finds the number of a generation and holds it; a rejection takes everything back. */
  readonly claim: (next: Generation) => Promise<Claimed>;
  /** Puts a generation and its number into force for all readers; without a number it is the same content as before. */
  readonly swap: (generation: Generation, claimed: Claimed | null) => void;
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

const unstable: ConfigFault = {
  key: null,
  file: null,
  code: 'unstable',
  message: 'the files kept changing while they were being read',
};

/** The next generation as the layers state it, before anyone is asked whether they can follow. */
const judge = ({
  snapshot,
  previous,
  load,
}: TransactionParts): Generation | { readonly faults: readonly ConfigFault[] } => {
  if (!snapshot.isStable) return { faults: [unstable] };
  const outcome = load(snapshot);
  return outcome.ok ? nextGeneration(previous, outcome.loaded) : outcome;
};

/**
 * Gets the number, swaps and commits in one turn of the event loop, and makes the number last.
 * @throws what the claim throws; nothing has changed then
 */
const putIntoForce = async (
  parts: TransactionParts,
  next: Generation,
  changes: readonly PreparedChange[],
): Promise<ConfigFault | null> => {
  const { claim, swap, restore, onUndoError } = parts;
  let claimed: Claimed | null = null;
  let isSwapped = false;
  try {
    claimed = await claim(next);
    swap(next, claimed);
    isSwapped = true;
    const fault = commitAll(changes);
    if (fault === null) {
      await claimed.keep();
      return null;
    }
    restore(false);
    await undoAll(changes, onUndoError);
    await claimed.discard();
    return fault;
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
export const transact = async (parts: TransactionParts): Promise<Verdict> => {
  const { previous, swap, subscribers, onUndoError } = parts;
  const next = judge(parts);
  if ('faults' in next) return { outcome: 'refused', faults: next.faults };
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
  if (!preparation.ok) return { outcome: 'refused', faults: preparation.faults };
  const fault = await putIntoForce(parts, next, preparation.changes);
  if (fault !== null) return { outcome: 'refused', faults: [fault] };
  return { outcome: 'applied', changes: changesBetween(previous.loaded, next.loaded) };
};
