import type { ConfigIssue } from '../issue.js';
import type { StoredChange } from '../revisions/revision-repository.js';
import type { Change, ReloadResult } from '../types.js';
import { ineffectiveEdits, shadowedByOverride, type ActiveConfig } from './config-snapshot.js';

/** What an attempt to change the configuration has led to. */
export type Outcome =
  | { readonly outcome: 'applied'; readonly changes: readonly Change[]; readonly stored: StoredChange | null }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly issues: readonly ConfigIssue[] };

/** The result of an attempt, and the change of overrides that it has stored. */
export interface AttemptResult {
  readonly result: ReloadResult;
  readonly stored: StoredChange | null;
}

/** What the database has added to a change of overrides. */
export const storedPart = ({ revision, overrides }: StoredChange): Pick<ActiveConfig, 'revision' | 'overrides'> => ({
  revision,
  overrides,
});

/** The result of an attempt as its requester sees it. */
export const resultOf = (active: ActiveConfig, before: ActiveConfig, applied: Outcome): ReloadResult => {
  const { revision, snapshot } = active;
  return {
    outcome: applied.outcome,
    revision,
    // Includes the keys that wait for a restart.
    changed: applied.outcome === 'applied' ? applied.changes.map(({ key }) => key) : [],
    pendingRestart: snapshot.pendingRestart,
    noEffect: applied.outcome === 'refused' ? [] : ineffectiveEdits(before.snapshot.loaded, snapshot.loaded),
    shadowedByOverride: shadowedByOverride(active),
    errors: applied.outcome === 'refused' ? applied.issues : [],
  };
};
