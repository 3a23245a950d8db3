import { withChange, type OverrideState, type ScheduledChange } from '../override-state.js';
import { fileValuesOf } from '../reload/config-snapshot.js';
import type { ConfigStore } from '../reload/config-store.js';
import type { RevisionRepository } from '../revisions/revision-repository.js';
import { applyOverrides } from './apply-overrides.js';
import { checkChanges } from './check-changes.js';

/** The state without a scheduled change. */
export const withoutScheduled = (state: OverrideState, id: string): OverrideState => ({
  ...state,
  scheduled: state.scheduled.filter((each) => each.id !== id),
});

/** Why a scheduled change that is due is not applied; null if it is. */
const obstacleTo = async (
  repository: RevisionRepository,
  { at, actorId, expiresInMs }: ScheduledChange,
  now: Date,
): Promise<'expired' | 'forbidden' | null> => {
  if (expiresInMs !== null && at.getTime() + expiresInMs <= now.getTime()) return 'expired';
  return actorId !== null && (await repository.mayChangeConfig(actorId, now)) ? null : 'forbidden';
};

/**
 * Applies a scheduled change that is due. It is only removed if it is no longer valid, would have expired already, or was made
 * by an account that may no longer change the configuration.
 * @param now the time of the database
 * @throws an error of the database, or OverridesChangedError if another instance was faster
 */
export const applyScheduled = async (
  parts: { readonly store: ConfigStore; readonly repository: RevisionRepository },
  due: ScheduledChange,
  now: Date,
): Promise<void> => {
  const { store, repository } = parts;
  const { id, actorId, reason } = due;
  const requester = { actorId, requestMetadata: null, details: { scheduled: id } };
  const obstacle = await obstacleTo(repository, due, now);
  const checked = checkChanges(due.changes, store.active.snapshot.loaded);
  if (obstacle === null && checked.ok) {
    const fileValues = fileValuesOf(store.active);
    const change = { ...due, changes: checked.changes };
    const application = {
      ...({ trigger: 'schedule', requester, reason } as const),
      next: (state: OverrideState, stored: { readonly now: Date; readonly revision: number }) =>
        withChange(withoutScheduled(state, id), change, { ...stored, actorId, fileValues }),
    };
    const { result } = await applyOverrides(parts, application, now);
    if (result.outcome !== 'refused') return;
  }
  const { overrides } = store.active;
  const details = { id, reason: obstacle ?? 'invalid', keys: Object.keys(due.changes) };
  const stored = await repository.writeOverrides({
    ...{ version: overrides.version, next: () => withoutScheduled(overrides, id), draft: null, requester, reason },
    events: () => [{ action: 'config.schedule_cancelled', details }],
  });
  store.setOverrides(stored.overrides);
};
