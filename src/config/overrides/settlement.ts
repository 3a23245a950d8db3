import type { SettledState } from '../override-state.js';
import type { OverrideEvent } from '../revisions/revision-repository.js';
import type { RevisionTrigger } from '../types.js';

/** The trigger of the revision that a settled state becomes. */
export const triggerOf = ({ reverted, expired }: SettledState): RevisionTrigger => {
  if (reverted !== null) return 'revert';
  return expired.length > 0 ? 'expiry' : 'override';
};

/** The audit events of what was due. */
export const eventsOf = ({ reverted, expired }: SettledState, revision: number): readonly OverrideEvent[] => [
  ...(reverted === null ? [] : [revertEvent(revision, reverted)]),
  ...(expired.length === 0
    ? []
    : [
        {
          action: 'config.reverted' as const,
          details: { revision, reason: 'expired', keys: expired.map(({ key }) => key) },
        },
      ]),
];

/** The audit event of a change that was reverted. */
const revertEvent = (revision: number, { change, reason }: NonNullable<SettledState['reverted']>): OverrideEvent => ({
  action: 'config.reverted',
  details: { revision, reverted: change.revision, reason, keys: Object.keys(change.replaced) },
});
