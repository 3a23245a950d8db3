import type { Override, PendingChange, ScheduledChange } from '../../../config/override-state.js';
import { settingOf } from '../../../config/schema/schema.js';
import type { ConfigOverride, PendingConfirmation, ScheduledConfigChange } from '../../../contract/config-overrides.js';
import { formatDuration } from '../../../contract/duration.js';

/** The value of an override as operators see it; for an override with the default, the default. */
const shownValue = ({ key, value }: Override): unknown => {
  const entry = settingOf(key);
  if (entry === undefined) return value ?? null;
  if (value === undefined) return entry.options.defaultText ?? entry.show(entry.defaultValue());
  const parsed = entry.format.parse(value);
  return parsed.ok ? entry.show(parsed.value) : value;
};

/** An override in the API. */
export const publicOverride = (override: Override): ConfigOverride => ({
  key: override.key,
  value: shownValue(override),
  actor_id: override.actorId,
  reason: override.reason,
  since: override.since.toISOString(),
  expires_at: override.expiresAt?.toISOString() ?? null,
});

/** A change that is waiting for confirmation in the API. */
export const publicPending = (pending: PendingChange): PendingConfirmation => ({
  revision: pending.revision,
  confirm_by: pending.confirmBy.toISOString(),
  actor_id: pending.actorId,
  reason: pending.reason,
  changed: Object.keys(pending.replaced),
});

/** A scheduled change in the API. */
export const publicScheduled = (scheduled: ScheduledChange): ScheduledConfigChange => {
  const { confirmWithinMs, expiresInMs, maxErrorRatio } = scheduled;
  return {
    ...{ id: scheduled.id, at: scheduled.at.toISOString(), changes: { ...scheduled.changes } },
    ...{ actor_id: scheduled.actorId, reason: scheduled.reason },
    confirm_within: confirmWithinMs === null ? null : formatDuration(confirmWithinMs),
    expires_in: expiresInMs === null ? null : formatDuration(expiresInMs),
    guard: maxErrorRatio === null ? null : { max_error_ratio: maxErrorRatio },
    created_at: scheduled.since.toISOString(),
  };
};
