import type { ApiContext } from '../middleware/context.js';
import { isAllowedDuringMaintenance, maintenanceError } from '../middleware/maintenance.js';
import { AuditEvent } from '../models/audit/audit-event.js';
import type { AttemptCount } from '../models/login/login-attempts.js';
import type { User } from '../models/accounts/user.js';
import type { Services } from '../services.js';

/**
 * During maintenance, only users with a permission can log in. Others learn about the maintenance only with the correct
 * password, which does not count as a failed attempt.
 * @throws {AppError} maintenance
 */
export const rejectLoginDuringMaintenance = async (
  { db, attempts }: Services,
  { state }: ApiContext,
  { id }: User,
  count: AttemptCount,
): Promise<void> => {
  const { settings, requestMetadata } = state;
  if (await db.read((reader) => isAllowedDuringMaintenance(reader, settings, id))) return;
  await attempts.succeeded(db.knex, count);
  const event = { subjectId: id, result: 'failure', details: { reason: 'maintenance' } } as const;
  await AuditEvent.record(db.knex, 'user.login_failed', { actorId: null, requestMetadata }, event);
  throw maintenanceError(settings);
};
