import type { ConfigFault } from './fault.js';
import { changesBetween, nextGeneration, type Change, type Generation } from './generation.js';
import type { LoadOutcome } from './load.js';
import type { DiskSnapshot } from './snapshot.js';
import { commitAll, prepareAll, undoAll, type Subscriber } from './subscribers.js';

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
  /** Puts a generation into force for all readers. */
  readonly swap: (generation: Generation) => void;
  readonly subscribers: readonly Subscriber[];
  /** Milliseconds that a subscriber may prepare. */
  readonly prepareDeadlineMs: number;
  readonly onUndoError: (error: unknown) => void;
}

const unstable: ConfigFault = {
  key: null,
  file: null,
  code: 'unstable',
  message: 'the files kept changing while they were read',
};

/**
 * Validates everything, prepares everyone, then swaps and commits in one turn of the event loop: no reader runs
 * in between. A refusal at any point leaves all as it was.
 */
export const transact = async (parts: TransactionParts): Promise<Verdict> => {
  const { snapshot, previous, swap, subscribers, onUndoError } = parts;
  if (!snapshot.isStable) return { outcome: 'refused', faults: [unstable] };
  const outcome = parts.load(snapshot);
  if (!outcome.ok) return { outcome: 'refused', faults: outcome.faults };
  const next = nextGeneration(previous, outcome.loaded);
  if ('faults' in next) return { outcome: 'refused', faults: next.faults };
  if (next.loaded.hash === previous.loaded.hash) {
    // Another layer may state the same: readers keep their object, operators see the new source.
    swap({ ...next, values: previous.values, settings: previous.settings });
    return { outcome: 'unchanged' };
  }
  const preparation = await prepareAll(subscribers, next.settings, previous.settings, {
    deadlineMs: parts.prepareDeadlineMs,
    onError: onUndoError,
  });
  if (!preparation.ok) return { outcome: 'refused', faults: preparation.faults };
  swap(next);
  const fault = commitAll(preparation.changes);
  if (fault !== null) {
    swap(previous);
    await undoAll(preparation.changes, onUndoError);
    return { outcome: 'refused', faults: [fault] };
  }
  return { outcome: 'applied', changes: changesBetween(previous.loaded, next.loaded) };
};
