import type { Override } from '../override-state.js';
import { fileValuesOf, type ActiveConfig } from '../reload/config-snapshot.js';
import { rollbackValues, type RevisionContent } from '../revisions/revision-content.js';
import { filesOnlyReason } from '../schema/files-only.js';

/** What a rollback returns to, who requests it, and why. */
export interface RollbackRequest {
  readonly revision: number;
  readonly reason: string | null;
  readonly actorId: string | null;
}

/**
 * The overrides that bring back an earlier revision: of every key whose value differs from that in the files, except secrets,
 * keys that the environment sets, and keys that can be set only in the files.
 * @returns makes the overrides at a given time; null if nothing differs and nothing is overridden
 */
export const planRollback = (
  active: ActiveConfig,
  content: RevisionContent,
  { revision, reason, actorId }: RollbackRequest,
): ((since: Date) => Override[]) | null => {
  const { loaded } = active.snapshot;
  const pinned = new Set(loaded.pinned.map(({ key }) => key));
  const isExempt = (key: string): boolean => pinned.has(key) || filesOnlyReason(key, loaded.values) !== undefined;
  const fileValues = fileValuesOf(active);
  const values = [...rollbackValues(content, fileValues)].filter(([key]) => !isExempt(key));
  if (values.length === 0 && active.overrides.overrides.length === 0) return null;
  const about = { rollbackTo: revision, actorId, reason, expiresAt: null };
  return (since) => values.map(([key, value]) => ({ key, value, ...about, since, fileValue: fileValues.get(key) }));
};
