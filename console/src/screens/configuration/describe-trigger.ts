import type { Schemas } from '../../api/client';

/** What caused a revision, in words. */
const triggers: Readonly<Record<Schemas['ConfigRevisionEntry']['trigger'], string>> = {
  start: 'start of the service',
  watch: 'file change',
  poll: 'file change, found by the periodic check',
  signal: 'reload by signal',
  admin: 'reload by an administrator',
  rollback: 'rollback',
  override: 'override',
  revert: 'revert',
  expiry: 'expired override',
  schedule: 'scheduled change',
};

/** Describes what caused a revision. */
export const describeTrigger = ({
  trigger,
  rollback_of: target,
}: Pick<Schemas['ConfigRevisionEntry'], 'trigger' | 'rollback_of'>): string =>
  target === null ? triggers[trigger] : `rollback to ${String(target)}`;
