import { z } from 'zod';
import { Instant } from './instant.js';
import { ListQuery, pageOf } from './list.js';
import { text } from './text.js';
import { Id, Timestamp } from './user.js';

/** One fact of the audit trail. */
export const AuditEvent = z
  .strictObject({
    id: Id,
    action: z.string().meta({ example: 'user.login' }),
    result: z.enum(['success', 'failure']),
    actor_id: Id.nullable(),
    subject_id: Id.nullable(),
    ip_address: z.string().nullable(),
    user_agent: z.string().nullable(),
    request_id: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    created_at: Timestamp,
  })
  .meta({ id: 'AuditEvent' });

/** The answer of GET /api/v1/admin/audit-events. */
export const AuditEventPage = pageOf(AuditEvent).meta({ id: 'AuditEventPage' });

/** The query of GET /api/v1/admin/audit-events; both ends of the time are included. */
export const AuditEventQuery = ListQuery.extend({
  actor: Id.optional().meta({ description: 'Who acted.' }),
  subject: Id.optional().meta({ description: 'Whom it was about.' }),
  action: text({ min: 1, max: 100 }).optional().meta({ example: 'user.login' }),
  since: Instant.optional(),
  until: Instant.optional(),
});

export type AuditEvent = z.infer<typeof AuditEvent>;
export type AuditEventQuery = z.infer<typeof AuditEventQuery>;
