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

/**
 * Applies a scheduled change that is due. If it is no longer valid, or would have expired already, it is only removed.
 * @param now the time of the database
 * @throws an error of the database, or OverridesChangedError if another instance was faster
 */
export const applyScheduled = async (
  parts: { readonly store: ConfigStore; readonly repository: RevisionRepository },
  due: ScheduledChange,
  now: Date,
): Promise<void> => {
  const { store, repository } = parts;
  const { id, at, actorId, reason, expiresInMs } = due;
  const requester = { actorId, requestMetadata: null, details: { scheduled: id } };
  const isOver = expiresInMs !== null && at.getTime() + expiresInMs <= now.getTime();
  const checked = checkChanges(due.changes, store.active.snapshot.loaded);
  if (!isOver && checked.ok) {
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
  const details = { id, reason: isOver ? 'expired' : 'invalid', keys: Object.keys(due.changes) };
  const stored = await repository.writeOverrides({
    ...{ version: overrides.version, next: () => withoutScheduled(overrides, id), draft: null, requester, reason },
    events: () => [{ action: 'config.schedule_cancelled', details }],
  });
  store.setOverrides(stored.overrides);
};
