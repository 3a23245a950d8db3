import type { OverrideState } from '../override-state.js';
import type { ReloadAttempt } from '../reload/config-snapshot.js';
import type { ConfigStore } from '../reload/config-store.js';
import type { AttemptResult } from '../reload/outcome.js';
import type { OverrideEvent, OverrideWrite, RevisionRepository, StoredAt } from '../revisions/revision-repository.js';
import type { Requester, RevisionTrigger } from '../types.js';
import { databaseTimeoutMs } from './deadline-timer.js';

/** A change of the overrides that becomes a revision. */
export interface OverrideApplication extends Partial<Pick<OverrideWrite, 'rollbackTo' | 'expectedNewest'>> {
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
  readonly reason: string | null;
  /** The state after the change of a state; pure. */
  readonly next: (state: OverrideState, at: StoredAt) => OverrideState;
  readonly events?: (at: StoredAt) => readonly OverrideEvent[];
  /** See ReadRequest; only overrides that have no effect now, by default. */
  readonly mayLeaveOut?: (key: string) => boolean;
}

/** An attempt to change the overrides of the active configuration. Those without effect now may stay so. */
export const attemptOf = (
  store: ConfigStore,
  overrides: OverrideState,
): Pick<ReloadAttempt, 'disk' | 'overrides' | 'mayLeaveOut' | 'isChanged'> => {
  const { disk, leftOut, overrides: before } = store.active;
  const find = (state: OverrideState, key: string) => state.overrides.find((override) => override.key === key);
  const isChanged = (key: string): boolean => find(before, key) !== find(overrides, key);
  const mayLeaveOut = (key: string): boolean => !isChanged(key) && leftOut.some((each) => each.key === key);
  return { disk, overrides, mayLeaveOut, isChanged };
};

/**
 * Validates a change of the overrides, prepares it, stores it in the database, and applies it here.
 * @param now the estimated time of the database
 * @throws an error of the database, OverridesChangedError or StaleRevisionError; nothing has changed then
 */
export const applyOverrides = (
  { store, repository }: { readonly store: ConfigStore; readonly repository: RevisionRepository },
  { trigger, requester, next, events = () => [], mayLeaveOut, ...about }: OverrideApplication,
  now: Date,
): Promise<AttemptResult> => {
  const { overrides } = store.active;
  const write = { ...about, version: overrides.version, requester, events };
  return store.reload({
    ...{ trigger, requester, ...attemptOf(store, next(overrides, { now, revision: 0 })) },
    ...(mayLeaveOut && { mayLeaveOut }),
    store: (draft) =>
      repository.writeOverrides(
        { ...write, draft, next: (at) => next(overrides, at) },
        databaseTimeoutMs(overrides, now),
      ),
  });
};
