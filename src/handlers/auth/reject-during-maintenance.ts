import type { LoginBody } from '../../contract/auth.js';
import type { ApiContext } from '../../middleware/context.js';
import { isAllowedDuringMaintenance, maintenanceError } from '../../middleware/maintenance.js';
import { AuditEvent } from '../../models/audit-event.js';
import type { AttemptCount } from '../../models/login-attempts.js';
import type { User } from '../../models/user.js';
import type { Services } from '../../services.js';

/**
 * During maintenance operators alone come in. Others learn so only by their right password, which is then no failure.
 * @throws {AppError} maintenance
 */
export const rejectDuringMaintenance = async (
  { db, attempts }: Services,
  { state }: ApiContext<LoginBody>,
  { id }: User,
  count: AttemptCount,
): Promise<void> => {
  const { settings, requestMetadata } = state;
  if (!settings.maintenance.enabled || (await db.read((reader) => isAllowedDuringMaintenance(reader, settings, id))))
    return;
  await attempts.succeeded(db.knex, count);
  const about = { actorId: null, subjectId: id, details: { reason: 'maintenance' } };
  await AuditEvent.record(db.knex, { action: 'user.login_failed', result: 'failure', ...about }, requestMetadata);
  throw maintenanceError(settings);
};
