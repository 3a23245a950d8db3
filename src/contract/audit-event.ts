import { z } from 'zod';
import { Instant } from './instant.js';
import { ListQuery, pageOf } from './list.js';
import { text } from './text.js';
import { Id, Timestamp } from './user.js';

/** Actions that are audited; part of the contract. Each has a scenario, listed in docs/features.md. */
export const auditActions = [
  'user.registered',
  'user.login',
  'user.login_failed',
  'user.locked_out',
  'user.updated',
  'user.email_change_requested',
  'user.email_changed',
  'user.password_changed',
  'user.password_reset_requested',
  'user.password_reset',
  'user.email_verified',
  'user.claimed',
  'user.created',
  'user.blocked',
  'user.unblocked',
  'user.deleted',
  'user.restored',
  'user.erased',
  'user.exported',
  'user.roles_changed',
  'role.created',
  'role.updated',
  'role.deleted',
  'session.refresh_reused',
  'session.ended',
  'key.rotated',
  'key.removed',
  'cache.flushed',
  'mail.retried',
  'mail.dropped',
  'mail.test_sent',
  'config.applied',
  'config.refused',
  'config.rolled_back',
  'config.confirmed',
  'config.reverted',
  'config.scheduled',
  'config.schedule_cancelled',
  'admin.bootstrapped',
] as const;

/** One event of the audit log. */
export const AuditEvent = z
  .strictObject({
    id: Id,
    action: z.enum(auditActions).meta({
      description: 'What happened. Actions are added, never renamed: clients must accept unknown ones.',
      example: 'user.login',
    }),
    result: z.enum(['success', 'failure']),
    actor_id: Id.nullable().meta({
      description: 'The user who acted; null for the service, the CLI and unknown callers.',
    }),
    subject_id: Id.nullable().meta({ description: 'The user whom the event is about.' }),
    ip_address: z.string().nullable(),
    user_agent: z.string().nullable(),
    request_id: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    created_at: Timestamp,
  })
  .meta({ id: 'AuditEvent' });

/** The response of GET /api/v1/admin/audit-events. */
export const AuditEventPage = pageOf(AuditEvent).meta({ id: 'AuditEventPage' });

/** The query of GET /api/v1/admin/audit-events. `since` and `until` are inclusive. */
export const AuditEventQuery = ListQuery.extend({
  id: Id.optional().meta({ description: 'Only the event with this id.' }),
  actor: Id.optional().meta({ description: 'Only events of this acting user.' }),
  subject: Id.optional().meta({ description: 'Only events about this user.' }),
  action: text({ min: 1, max: 100 })
    .optional()
    .meta({
      description:
        'Only events with exactly this action, or, if it ends in `*`, with an action that begins with what precedes: ' +
        '`user.*` matches every action of users.',
      example: 'user.login',
    }),
  result: z.enum(['success', 'failure']).optional().meta({ description: 'Only events with this result.' }),
  request_id: text({ min: 1, max: 128 }).optional().meta({ description: 'Only events of the request with this id.' }),
  ip: z
    .union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address' })
    .optional()
    .meta({ description: 'Only events caused from this IP address.', example: '192.0.2.1' }),
  since: Instant.optional().meta({ description: 'Only events at or after this time.' }),
  until: Instant.optional().meta({ description: 'Only events at or before this time.' }),
});

/** The name of an audited action. */
export type AuditAction = (typeof auditActions)[number];
export type AuditEvent = z.infer<typeof AuditEvent>;
export type AuditEventQuery = z.infer<typeof AuditEventQuery>;
